//! Amazon's event stream encoding (`application/vnd.amazon.eventstream`), as botocore 1.44 reads it: length of the
//! message, length of its headers and a CRC of both, then headers, payload and a CRC of everything before. Numbers are
//! big-endian.

#[cfg(test)]
mod tests;

/// Bytes of one message at the most.
pub const MAX_MESSAGE: usize = 16 << 20;

/// Lengths and their CRC.
const PRELUDE: usize = 12;
/// Of a CRC.
const CRC: usize = 4;
/// The type of a header's value that is a text.
const TEXT: u8 = 7;

/// One message, as [`crate::dialect::Frame`] wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The `:event-type`, or with `exception:` before it the `:exception-type` (for the protocol's own errors the
    /// `:error-code`). Empty when the message names none.
    pub event: String,
    pub data: Vec<u8>,
}

/// What is no event stream. Nothing after it can be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("expected messages of at most {MAX_MESSAGE} bytes, got {0}")]
    TooLong(usize),
    #[error("expected a message longer than its parts")]
    Length,
    #[error("expected {said:08x} as the checksum, got {counted:08x}")]
    Checksum { said: u32, counted: u32 },
    #[error("expected headers of a name, a type and a value")]
    Headers,
    #[error("expected the rest of a message, the stream ended within it")]
    Cut,
}

/// Where the stream stands between two pieces.
#[derive(Debug, Default)]
pub struct Decoder {
    buffer: Vec<u8>,
    broken: Option<Broken>,
}

impl Decoder {
    /// Takes a piece of any size and gives the messages that are complete with it. Those before a broken one come first,
    /// and the error with the next piece or at the end.
    pub fn push(&mut self, piece: &[u8]) -> Result<Vec<Message>, Broken> {
        if let Some(broken) = self.broken {
            return Err(broken);
        }
        self.buffer.extend_from_slice(piece);
        let (mut rest, mut messages) = (self.buffer.as_slice(), Vec::new());
        let result = loop {
            match next(&mut rest) {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => break Ok(()),
                Err(broken) => break Err(broken),
            }
        };
        self.broken = result.err();
        let taken = self.buffer.len() - rest.len();
        self.buffer.drain(..taken);
        match result {
            Err(broken) if messages.is_empty() => Err(broken),
            _ => Ok(messages),
        }
    }

    /// The stream has ended: in good order only between two messages.
    pub fn finish(self) -> Result<(), Broken> {
        match self.broken {
            Some(broken) => Err(broken),
            None if self.buffer.is_empty() => Ok(()),
            None => Err(Broken::Cut),
        }
    }
}

/// Takes a message from the front, if all of it is there.
fn next(rest: &mut &[u8]) -> Result<Option<Message>, Broken> {
    let Some((prelude, _)) = rest.split_at_checked(PRELUDE) else { return Ok(None) };
    let mut fields = prelude;
    let total = number(&mut fields)? as usize;
    let headers = number(&mut fields)? as usize;
    let lengths = prelude.get(..PRELUDE - CRC).unwrap_or_default();
    check(lengths, number(&mut fields)?)?;
    if total > MAX_MESSAGE {
        return Err(Broken::TooLong(total));
    }
    let payload = total.checked_sub(PRELUDE + CRC).and_then(|inside| inside.checked_sub(headers));
    let payload = payload.ok_or(Broken::Length)?;
    let Some((whole, after)) = rest.split_at_checked(total) else { return Ok(None) };
    let (checked, mut crc) = whole.split_at_checked(total - CRC).ok_or(Broken::Length)?;
    check(checked, number(&mut crc)?)?;
    let mut inside = checked;
    take(&mut inside, PRELUDE)?;
    let event = read_headers(take(&mut inside, headers)?)?;
    let data = take(&mut inside, payload)?.to_vec();
    *rest = after;
    Ok(Some(event.message(data)))
}

fn check(bytes: &[u8], said: u32) -> Result<(), Broken> {
    let counted = crc32fast::hash(bytes);
    if counted == said { Ok(()) } else { Err(Broken::Checksum { said, counted }) }
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Result<&'a [u8], Broken> {
    let (taken, after) = rest.split_at_checked(count).ok_or(Broken::Headers)?;
    *rest = after;
    Ok(taken)
}

/// A number of as many bytes as `N`, at most four.
fn sized<const N: usize>(rest: &mut &[u8]) -> Result<u32, Broken> {
    Ok(take(rest, N)?.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

fn number(rest: &mut &[u8]) -> Result<u32, Broken> {
    sized::<4>(rest)
}

/// The headers that say what a message is.
#[derive(Default)]
struct Named {
    kind: String,
    event: String,
    exception: String,
    code: String,
    reason: String,
}

impl Named {
    fn message(self, data: Vec<u8>) -> Message {
        match self.kind.as_str() {
            "exception" => Message { event: format!("exception:{}", self.exception), data },
            // has its text in a header and no payload
            "error" => {
                let data = serde_json::json!({ "message": self.reason }).to_string().into_bytes();
                Message { event: format!("exception:{}", self.code), data }
            }
            _ => Message { event: self.event, data },
        }
    }
}

fn read_headers(mut rest: &[u8]) -> Result<Named, Broken> {
    let mut named = Named::default();
    while !rest.is_empty() {
        let length = sized::<1>(&mut rest)? as usize;
        let name = take(&mut rest, length)?;
        let kind = sized::<1>(&mut rest)?;
        let length = match kind {
            // true and false are types of their own
            0 | 1 => 0,
            2 => 1,
            3 => 2,
            4 => 4,
            5 | 8 => 8,
            6 | 7 => sized::<2>(&mut rest)? as usize,
            9 => 16,
            _ => return Err(Broken::Headers),
        };
        let value = take(&mut rest, length)?;
        let field = match name {
            b":message-type" => &mut named.kind,
            b":event-type" => &mut named.event,
            b":exception-type" => &mut named.exception,
            b":error-code" => &mut named.code,
            b":error-message" => &mut named.reason,
            _ => continue,
        };
        if kind == u32::from(TEXT) {
            *field = String::from_utf8(value.to_vec()).map_err(|_| Broken::Headers)?;
        }
    }
    Ok(named)
}

/// A message of JSON as Bedrock sends it; an exception when the name begins with `exception:`.
#[must_use]
pub fn encode(event: &str, data: &[u8]) -> Vec<u8> {
    let (field, name, kind) = match event.strip_prefix("exception:") {
        Some(name) => (":exception-type", name, "exception"),
        None => (":event-type", event, "event"),
    };
    encode_message(&[(field, name), (":content-type", "application/json"), (":message-type", kind)], data)
}

/// A message with headers of text. Their names are cut at 255 bytes, values at 65,535: more cannot be said.
#[must_use]
pub fn encode_message(headers: &[(&str, &str)], data: &[u8]) -> Vec<u8> {
    let mut head = Vec::new();
    for (name, value) in headers {
        let length = u8::try_from(name.len()).unwrap_or(u8::MAX);
        head.push(length);
        head.extend(name.bytes().take(usize::from(length)));
        let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
        head.push(TEXT);
        head.extend(length.to_be_bytes());
        head.extend(value.bytes().take(usize::from(length)));
    }
    let four = |length: usize| u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes();
    let mut message = Vec::with_capacity(PRELUDE + head.len() + data.len() + CRC);
    message.extend(four(PRELUDE + head.len() + data.len() + CRC));
    message.extend(four(head.len()));
    message.extend(crc32fast::hash(&message).to_be_bytes());
    message.extend(head);
    message.extend_from_slice(data);
    message.extend(crc32fast::hash(&message).to_be_bytes());
    message
}
