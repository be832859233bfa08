//! Runs the simulated AI vendor until it is ended: prints its address, for clients in other languages.

use faultlab::vendor::Vendor;
use std::io::Write as _;

fn main() -> std::io::Result<()> {
    let vendor = Vendor::start()?;
    writeln!(std::io::stdout(), "{}", vendor.url())?;
    loop {
        std::thread::park();
    }
}
