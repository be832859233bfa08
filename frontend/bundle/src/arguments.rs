//! What the command line asks for. Never acts on it.

use anyhow::{Result, bail};

use crate::workspace::Profile;

pub const USAGE: &str = "\
cargo bundle <command> [--release] [-- server arguments]

  build    the browser assets, then the server
  serve    build, then run `gatehouse serve` (or what follows `--`)
  dev      serve, and again after every change of a source file
  site     only the browser assets
  sizes    the browser assets of a release, refused when over the size budget";

#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    Build,
    Serve,
    Dev,
    Site,
    Sizes,
    Help,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Arguments {
    pub command: Command,
    pub profile: Profile,
    /// What the server is started with: everything after `--`, else `serve`.
    pub server_arguments: Vec<String>,
}

impl Arguments {
    /// `arguments` without the program's name. Fails on an unknown word, naming it.
    pub fn parse(arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut arguments = arguments;
        let command = match arguments.next().as_deref() {
            Some("build") => Command::Build,
            Some("serve") => Command::Serve,
            Some("dev") => Command::Dev,
            Some("site") => Command::Site,
            Some("sizes") => Command::Sizes,
            None | Some("help" | "--help" | "-h") => Command::Help,
            Some(other) => bail!("unknown command `{other}`\n{USAGE}"),
        };
        let mut profile = if command == Command::Sizes { Profile::Release } else { Profile::Debug };
        let mut server_arguments = Vec::new();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--release" => profile = Profile::Release,
                "--" => server_arguments = arguments.by_ref().collect(),
                other => bail!("unknown option `{other}`\n{USAGE}"),
            }
        }
        if server_arguments.is_empty() {
            server_arguments.push("serve".to_owned());
        }
        Ok(Self { command, profile, server_arguments })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Arguments> {
        Arguments::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn serve_passes_on_what_follows_the_dashes() {
        let parsed = parse("serve --release -- demo --release").unwrap();
        assert_eq!(parsed.command, Command::Serve);
        assert_eq!(parsed.profile, Profile::Release);
        assert_eq!(parsed.server_arguments, ["demo", "--release"]);
    }

    #[test]
    fn build_is_a_debug_build_and_sizes_are_those_of_a_release() {
        assert_eq!(parse("build").unwrap().profile, Profile::Debug);
        assert_eq!(parse("sizes").unwrap().profile, Profile::Release);
        assert_eq!(parse("build").unwrap().server_arguments, ["serve"]);
    }

    #[test]
    fn an_unknown_word_is_named() {
        assert!(parse("bild").unwrap_err().to_string().contains("`bild`"));
        assert!(parse("build --fast").unwrap_err().to_string().contains("`--fast`"));
    }
}
