//! Reading `multipart/form-data` (RFC 7578), as far as the upload of a sound needs.

use super::refusal::Refusal;

/// One field of the form.
pub(super) struct Field<'b> {
    pub name: String,
    pub has_filename: bool,
    pub content: &'b [u8],
}

/// All fields, in their order.
pub(super) fn read<'b>(content_type: &str, body: &'b [u8]) -> Result<Vec<Field<'b>>, Refusal> {
    let boundary = content_type.split(';').find_map(|word| word.trim().strip_prefix("boundary="));
    let (true, Some(boundary)) = (content_type.starts_with("multipart/form-data"), boundary) else {
        return Err(Refusal::bad("content-type: expected multipart/form-data with a boundary"));
    };
    let delimiter = format!("--{}", boundary.trim_matches('"'));
    let (_, mut rest) = cut(body, delimiter.as_bytes()).ok_or_else(|| Refusal::bad("the form is empty"))?;
    let between = format!("\r\n{delimiter}");
    let mut fields = Vec::new();
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let unfinished = || Refusal::bad("the form ends in the midst of a field");
        let (part, next) = cut(part, between.as_bytes()).ok_or_else(unfinished)?;
        let (head, content) = cut(part, b"\r\n\r\n").ok_or_else(unfinished)?;
        let head = String::from_utf8_lossy(head);
        let parameter = |name: &str| {
            let quoted = head.split(';').find_map(|word| word.trim().strip_prefix(name))?;
            quoted.split('"').nth(1).map(str::to_owned)
        };
        let name = parameter("name=").ok_or_else(|| Refusal::bad("a field of the form has no name"))?;
        fields.push(Field { name, has_filename: parameter("filename=").is_some(), content });
        rest = next;
    }
    if rest.starts_with(b"--") { Ok(fields) } else { Err(Refusal::bad("the form has no end")) }
}

/// What stands before and after the first `mark`.
fn cut<'b>(bytes: &'b [u8], mark: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let at = bytes.windows(mark.len()).position(|window| window == mark)?;
    let (before, after) = bytes.split_at_checked(at)?;
    Some((before, after.get(mark.len()..)?))
}
