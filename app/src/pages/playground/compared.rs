//! How the sides of a run differ in time and cost, in a sentence.

use super::letter;
use domain::prompts::playground::RunSide;

/// What a side took, and its letter.
type Figure = (&'static str, i64);

/// `A was 1.8 times as fast as B. B cost 3.2 times as much as A.` Only of what was answered, and of two and more.
pub fn compared(sides: &[RunSide]) -> String {
    let answered = || sides.iter().enumerate().filter(|(_, side)| side.trial.problem.is_none());
    let times: Vec<Figure> =
        answered().map(|(at, side)| (letter(at), i64::try_from(side.trial.ms).unwrap_or(i64::MAX))).collect();
    let costs: Vec<Figure> =
        answered().filter_map(|(at, side)| Some((letter(at), side.trial.ai.as_ref()?.cost_nano?))).collect();
    let time = spread(&times).map(|((slow, most), (fast, least))| {
        format!("{slow} took {} times as long as {fast}.", times_of(most, least))
    });
    let cost = spread(&costs).map(|((dear, most), (cheap, least))| {
        format!("{dear} cost {} times as much as {cheap}.", times_of(most, least))
    });
    let same = (costs.len() > 1 && cost.is_none() && costs.iter().all(|(_, nano)| *nano > 0))
        .then(|| "They cost about the same.".to_owned());
    [time, cost, same].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The largest and the smallest, where they are apart by a tenth at least.
fn spread(figures: &[Figure]) -> Option<(Figure, Figure)> {
    let most = figures.iter().max_by_key(|(_, figure)| *figure)?;
    let least = figures.iter().min_by_key(|(_, figure)| *figure)?;
    let is_apart = least.1 > 0 && (most.1 as f64) >= least.1 as f64 * 1.1;
    is_apart.then_some((*most, *least))
}

fn times_of(most: i64, least: i64) -> String {
    let times = most as f64 / least as f64;
    if times >= 10.0 { format!("{times:.0}") } else { format!("{times:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::calls::AiUse;
    use domain::prompts::trial::{Trial, TrialProblem, TriedPrompt};
    use domain::text::VersionName;

    fn side(ms: u64, cost_nano: Option<i64>) -> RunSide {
        let ai = Some(AiUse { cost_nano, ..AiUse::default() });
        let trial = Trial { ms, ai, ..Trial::default() };
        RunSide { version: VersionName::first(), of: TriedPrompt::Live, revision: None, target: None, trial }
    }

    #[test]
    fn the_sides_are_compared() {
        let two = [side(1_000, Some(50)), side(1_800, Some(1_600))];
        assert_eq!(compared(&two), "B took 1.8 times as long as A. B cost 32 times as much as A.");
        assert_eq!(compared(&[side(1_000, Some(50)), side(1_050, Some(51))]), "They cost about the same.");
        assert_eq!(compared(&two[..1]), "");
    }

    #[test]
    fn what_is_not_known_or_not_answered_is_not_compared() {
        assert_eq!(compared(&[side(1_000, None), side(1_000, Some(5))]), "");
        let mut failed = side(9_000, Some(50));
        failed.trial.problem = Some(TrialProblem {
            status: 502,
            name: "upstream-unavailable".to_owned(),
            detail: String::new(),
        });
        assert_eq!(compared(&[side(1_000, Some(50)), failed]), "");
    }
}
