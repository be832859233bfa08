//! The size budget of what a browser downloads, in bytes after brotli. A release over it is not built.

use anyhow::{Result, bail};

use crate::report;
use crate::site::Files;

/// The wasm module alone.
const WASM_BUDGET: usize = 60_000;
/// Module, scripts and style sheet together: all that a page loads beside its own text.
const PAGE_BUDGET: usize = 200_000;

/// Prints the size of every file of the package and of their sum. Fails when either budget is passed.
pub fn check(site: &Files) -> Result<()> {
    let sizes: Vec<(&str, usize)> = site
        .iter()
        .filter(|(name, _)| name.starts_with("pkg/"))
        .filter_map(|(name, bytes)| Some((name.strip_suffix(".br")?, bytes.len())))
        .collect();
    let wasm: usize = sizes.iter().filter(|(name, _)| name.ends_with(".wasm")).map(|(_, size)| size).sum();
    let page: usize = sizes.iter().map(|(_, size)| size).sum();
    for (name, size) in &sizes {
        report::line(&format!("    {size:>8} B  {name}"));
    }
    report::line(&format!(
        "    {page:>8} B  all that a page loads, of {PAGE_BUDGET}; wasm {wasm}, of {WASM_BUDGET} (brotli)"
    ));
    if wasm > WASM_BUDGET {
        bail!("the wasm module is {wasm} bytes, over its budget of {WASM_BUDGET}");
    }
    if page > PAGE_BUDGET {
        bail!("a page loads {page} bytes, over the budget of {PAGE_BUDGET}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(wasm: usize, css: usize) -> Files {
        Files::from([
            ("pkg/0/gatehouse_bg.wasm".to_owned(), vec![0; 900_000]),
            ("pkg/0/gatehouse_bg.wasm.br".to_owned(), vec![0; wasm]),
            ("pkg/0/gatehouse.css.br".to_owned(), vec![0; css]),
            ("picture.svg.br".to_owned(), vec![0; 900_000]),
        ])
    }

    #[test]
    fn what_is_within_both_budgets_passes() {
        check(&site(60_000, 140_000)).unwrap();
    }

    #[test]
    fn a_large_module_and_a_heavy_page_are_refused() {
        assert!(check(&site(60_001, 1)).unwrap_err().to_string().contains("60001"));
        assert!(check(&site(60_000, 140_001)).unwrap_err().to_string().contains("200001"));
    }
}
