//! A client that sends bytes as given and reads answers as they come.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(15);

/// One answer as it came over the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// Without the framing of chunks.
    pub body: Vec<u8>,
    /// Whether the end of the body was seen, as its framing announces it.
    pub complete: bool,
}

impl Answer {
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null when it is not.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// A connection; every read gives up after 15 s.
pub struct RawClient {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl RawClient {
    pub fn connect(addr: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(addr)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Self { stream, buffer: Vec::new() })
    }

    /// Connects, sends, reads one answer.
    pub fn ask(addr: SocketAddr, bytes: impl AsRef<[u8]>) -> io::Result<Answer> {
        let mut client = Self::connect(addr)?;
        client.send(bytes)?;
        client.answer(false)
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> io::Result<()> {
        self.stream.write_all(bytes.as_ref())
    }

    /// Ends the sending side; reading goes on.
    pub fn finish(&mut self) -> io::Result<()> {
        self.stream.shutdown(Shutdown::Write)
    }

    #[must_use]
    pub fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// Reads one answer. `bodiless` for the answer to a HEAD.
    pub fn answer(&mut self, bodiless: bool) -> io::Result<Answer> {
        let end = self.fill_until(b"\r\n\r\n")?;
        let head: Vec<u8> = self.buffer.drain(..end).collect();
        let head = String::from_utf8_lossy(&head).into_owned();
        let mut lines = head.trim_end().split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
        let status = status.ok_or_else(|| io::Error::other(format!("no status line in {head:?}")))?;
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let mut answer = Answer { status, headers, body: Vec::new(), complete: true };
        if !bodiless && status >= 200 && status != 204 && status != 304 {
            self.read_body(&mut answer)?;
        }
        Ok(answer)
    }

    fn read_body(&mut self, answer: &mut Answer) -> io::Result<()> {
        if answer.header("transfer-encoding").is_some() {
            return self.read_chunks(answer);
        }
        let length = answer.header("content-length").and_then(|length| length.parse::<usize>().ok());
        let wanted = length.unwrap_or(usize::MAX);
        while self.buffer.len() < wanted {
            if self.fill()? == 0 {
                answer.complete = length.is_none();
                break;
            }
        }
        let end = wanted.min(self.buffer.len());
        answer.body = self.buffer.drain(..end).collect();
        Ok(())
    }

    fn read_chunks(&mut self, answer: &mut Answer) -> io::Result<()> {
        loop {
            let Some(chunk) = self.chunk()? else {
                answer.complete = false;
                return Ok(());
            };
            if chunk.is_empty() {
                return Ok(());
            }
            answer.body.extend_from_slice(&chunk);
        }
    }

    /// Reads one chunk of a chunked body; empty for the last one, `None` when the stream ends instead.
    pub fn chunk(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Ok(end) = self.fill_until(b"\r\n") else { return Ok(None) };
        let line: Vec<u8> = self.buffer.drain(..end).collect();
        let line = String::from_utf8_lossy(&line).into_owned();
        let size = usize::from_str_radix(line.trim(), 16)
            .map_err(|_| io::Error::other(format!("no chunk size in {line:?}")))?;
        if size == 0 {
            let end = self.fill_until(b"\r\n")?;
            self.buffer.drain(..end);
            return Ok(Some(Vec::new()));
        }
        while self.buffer.len() < size + 2 {
            if self.fill()? == 0 {
                return Ok(None);
            }
        }
        let chunk = self.buffer.drain(..size).collect();
        self.buffer.drain(..2);
        Ok(Some(chunk))
    }

    /// Exactly that many bytes.
    pub fn read(&mut self, count: usize) -> io::Result<Vec<u8>> {
        while self.buffer.len() < count {
            if self.fill()? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(self.buffer.drain(..count).collect())
    }

    /// Ends the connection with a reset instead of an orderly end.
    pub fn reset(self) -> io::Result<()> {
        socket2::SockRef::from(&self.stream).set_linger(Some(Duration::ZERO))
    }

    /// Everything until the peer ends the stream or resets it.
    pub fn read_to_end(&mut self) -> Vec<u8> {
        while matches!(self.fill(), Ok(n) if n > 0) {}
        std::mem::take(&mut self.buffer)
    }

    /// Whether the peer has ended the connection, waiting for it up to `patience`.
    pub fn is_closed_within(&mut self, patience: Duration) -> io::Result<bool> {
        self.stream.set_read_timeout(Some(patience))?;
        let read = self.fill();
        self.stream.set_read_timeout(Some(PATIENCE))?;
        match read {
            Ok(n) => Ok(n == 0),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                Ok(false)
            }
            Err(_) => Ok(true),
        }
    }

    fn fill(&mut self) -> io::Result<usize> {
        let mut block = [0; 16 << 10];
        let read = self.stream.read(&mut block)?;
        self.buffer.extend(block.iter().take(read));
        Ok(read)
    }

    /// Reads until the buffer holds `mark`; where it ends.
    fn fill_until(&mut self, mark: &[u8]) -> io::Result<usize> {
        loop {
            if let Some(at) = self.buffer.windows(mark.len()).position(|window| window == mark) {
                return Ok(at + mark.len());
            }
            if self.fill()? == 0 {
                let seen = String::from_utf8_lossy(&self.buffer).into_owned();
                return Err(io::Error::new(
                    io::ErrorKind::UnexpectedEof,
                    format!("stream ended after {seen:?}"),
                ));
            }
        }
    }
}
