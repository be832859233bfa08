//! A call in each language.

use super::quote::{double, go, java, python, rust, shell};
use super::{Ask, Content, Language};
use domain::routes::Method;

/// The call in the language, ready to be run.
#[must_use]
pub fn write(language: Language, ask: &Ask) -> String {
    match language {
        Language::Curl => curl(ask),
        Language::JavaScript => in_javascript(ask),
        Language::Python => in_python(ask),
        Language::Go => in_go(ask),
        Language::Rust => in_rust(ask),
        Language::Java => in_java(ask),
    }
}

fn curl(ask: &Ask) -> String {
    let body = ask.text();
    let method = match (ask.method, body.is_some()) {
        (Method::Get, false) | (Method::Post, true) => String::new(),
        (Method::Head, _) => "--head ".to_owned(),
        (method, _) => format!("--request {method} "),
    };
    let mut parts = vec![format!("curl {method}{}", shell(&ask.url))];
    let headers = ask.all_headers();
    parts.extend(
        headers.iter().map(|(name, value)| format!("--header {}", shell(&format!("{name}: {value}")))),
    );
    parts.extend(body.map(|body| format!("--data {}", shell(&body))));
    parts.join(" \\\n  ")
}

fn in_javascript(ask: &Ask) -> String {
    let mut lines = vec![format!("const response = await fetch({}, {{", double(&ask.url))];
    if ask.method != Method::Get {
        lines.push(format!("  method: \"{}\",", ask.method));
    }
    lines.push("  headers: {".to_owned());
    lines.extend(
        ask.all_headers().iter().map(|(name, value)| format!("    {}: {},", double(name), double(value))),
    );
    lines.push("  },".to_owned());
    lines.extend(ask.body.as_ref().map(|body| match &body.content {
        Content::Json(value) => {
            format!("  body: JSON.stringify({}),", format!("{value:#}").replace('\n', "\n  "))
        }
        Content::Text(text) => format!("  body: {},", double(text)),
    }));
    lines.push("});".to_owned());
    lines.push("console.log(response.status, await response.text());".to_owned());
    lines.join("\n")
}

fn in_python(ask: &Ask) -> String {
    let mut lines = vec!["import requests".to_owned(), String::new()];
    lines.push(format!("response = requests.{}(", ask.method.as_str().to_lowercase()));
    lines.push(format!("    {},", double(&ask.url)));
    let is_json = ask.body.as_ref().is_some_and(|body| body.media_type == "application/json");
    let headers = ask.all_headers();
    // `json=` says the media type itself
    let headers = headers.iter().filter(|(name, _)| !(is_json && name == "Content-Type"));
    lines.push("    headers={".to_owned());
    lines.extend(headers.map(|(name, value)| format!("        {}: {},", double(name), double(value))));
    lines.push("    },".to_owned());
    lines.extend(ask.body.as_ref().map(|body| match &body.content {
        Content::Json(value) if is_json => format!("    json={},", python(value).replace('\n', "\n    ")),
        Content::Json(value) => format!("    data={},", double(&value.to_string())),
        Content::Text(text) => format!("    data={},", double(text)),
    }));
    lines.push(")".to_owned());
    lines.push("print(response.status_code, response.text)".to_owned());
    lines.join("\n")
}

fn in_go(ask: &Ask) -> String {
    let body = ask.text();
    let reader = body.as_deref().map_or("nil".to_owned(), |body| format!("strings.NewReader({})", go(body)));
    let strings = if body.is_some() { "\n\t\"strings\"" } else { "" };
    let headers = ask.all_headers();
    let headers: String = headers
        .iter()
        .map(|(name, value)| format!("\trequest.Header.Set({}, {})\n", double(name), double(value)))
        .collect();
    format!(
        "package main\n\nimport (\n\t\"fmt\"\n\t\"io\"\n\t\"net/http\"{strings}\n)\n\nfunc main() {{\n\
         \trequest, err := http.NewRequest(\"{method}\", {url}, {reader})\n\tif err != nil {{\n\t\tpanic(err)\n\t}}\n\
         {headers}\tresponse, err := http.DefaultClient.Do(request)\n\tif err != nil {{\n\t\tpanic(err)\n\t}}\n\
         \tdefer response.Body.Close()\n\tbody, err := io.ReadAll(response.Body)\n\tif err != nil {{\n\t\tpanic(err)\n\t}}\n\
         \tfmt.Println(response.StatusCode, string(body))\n}}",
        method = ask.method,
        url = double(&ask.url),
    )
}

fn in_rust(ask: &Ask) -> String {
    let mut lines = vec!["let response = reqwest::Client::new()".to_owned()];
    let method = ask.method.as_str();
    lines.push(match ask.method {
        // reqwest has no shorthand for this one
        Method::Options => format!("    .request(reqwest::Method::{method}, {})", rust(&ask.url)),
        _ => format!("    .{}({})", method.to_lowercase(), rust(&ask.url)),
    });
    lines.extend(
        ask.all_headers().iter().map(|(name, value)| format!("    .header({}, {})", rust(name), rust(value))),
    );
    lines.extend(ask.text().map(|body| format!("    .body({})", rust(&body))));
    lines.push("    .send()".to_owned());
    lines.push("    .await?;".to_owned());
    lines.push("println!(\"{} {}\", response.status(), response.text().await?);".to_owned());
    lines.join("\n")
}

fn in_java(ask: &Ask) -> String {
    let publisher = ask.text().map_or("HttpRequest.BodyPublishers.noBody()".to_owned(), |body| {
        format!("HttpRequest.BodyPublishers.ofString({})", java(&body))
    });
    let headers = ask.all_headers();
    let headers: String = headers
        .iter()
        .map(|(name, value)| format!("    .header({}, {})\n", double(name), double(value)))
        .collect();
    format!(
        "import java.net.URI;\nimport java.net.http.*;\n\nvar request = HttpRequest.newBuilder(URI.create({url}))\n\
         {headers}    .method(\"{method}\", {publisher})\n    .build();\n\
         var response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());\n\
         System.out.println(response.statusCode() + \" \" + response.body());",
        method = ask.method,
        url = double(&ask.url),
    )
}
