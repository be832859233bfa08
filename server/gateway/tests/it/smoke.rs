use crate::lab::Lab;
use faultlab::echo::Echo;

#[test]
fn smoke() {
    let echo = Echo::start().unwrap();
    let lab = Lab::start(&echo.url());
    let answer = lab.call("GET /echo/v1/hello?a=1", "");
    println!("{answer:?}");
    println!("{}", answer.text());
    let answer = lab.call("POST /echo/hello", "Content-Length: 5\r\n\r\nhello");
    println!("{}", answer.text());
    println!("{:#?}", lab.records());
    println!("{}", lab.ask("GET / HTTP/1.1\r\n\r\n").text());
    println!("{}", lab.ask("GET  / HTTP/1.1\r\n\r\n").text());
}
