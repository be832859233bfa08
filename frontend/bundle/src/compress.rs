//! Compressed siblings: `x.js.br` and `x.js.gz` beside `x.js`, made once here instead of on every request.

use std::io::Write;

use anyhow::Result;
use flate2::write::GzEncoder;

use crate::site::Files;

/// What is worth compressing; images and fonts are compressed already.
const WORTH_IT: [&str; 8] = [".css", ".html", ".js", ".json", ".svg", ".txt", ".wasm", ".webmanifest"];

pub fn add_siblings(files: &mut Files) -> Result<()> {
    let mut siblings = Files::new();
    for (name, bytes) in files.iter().filter(|(name, _)| WORTH_IT.iter().any(|end| name.ends_with(end))) {
        siblings.insert(format!("{name}.br"), brotli(bytes)?);
        siblings.insert(format!("{name}.gz"), gzip(bytes)?);
    }
    files.append(&mut siblings);
    Ok(())
}

/// At the strongest quality, 11.
pub fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let settings =
        brotli::enc::BrotliEncoderParams { quality: 11, size_hint: bytes.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &settings)?;
    Ok(compressed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn siblings_unpack_to_the_file_and_images_have_none() {
        let text = "a { color: red }\n".repeat(50).into_bytes();
        let mut files =
            Files::from([("a.css".to_owned(), text.clone()), ("a.png".to_owned(), vec![1, 2, 3])]);
        add_siblings(&mut files).unwrap();
        assert_eq!(files.keys().collect::<Vec<_>>(), ["a.css", "a.css.br", "a.css.gz", "a.png"]);

        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut &files["a.css.br"][..], &mut unpacked).unwrap();
        assert_eq!(unpacked, text);
        unpacked.clear();
        flate2::read::GzDecoder::new(&files["a.css.gz"][..]).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, text);
    }
}
