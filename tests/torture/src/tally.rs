use std::collections::BTreeMap;
use std::fmt;

/// What came out of one part of the torture.
#[derive(Debug, Default)]
pub struct Tally {
    /// How often something was tried.
    pub tries: u64,
    /// How often what happened, by a word for it.
    pub counts: BTreeMap<String, u64>,
    /// What must not be, each with how to do it again.
    pub broken: Vec<String>,
}

impl Tally {
    /// One more try, which came out so.
    pub(crate) fn note(&mut self, what: &str, came_out: Result<String, String>) {
        self.tries += 1;
        let word = came_out.unwrap_or_else(|why| {
            self.broken.push(format!("{what}: {why}"));
            "BROKEN".to_owned()
        });
        *self.counts.entry(word).or_default() += 1;
    }

    /// This and another one.
    pub fn add(&mut self, other: Tally) {
        self.tries += other.tries;
        for (word, count) in other.counts {
            *self.counts.entry(word).or_default() += count;
        }
        self.broken.extend(other.broken);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} tries", self.tries)?;
        self.counts.iter().try_for_each(|(word, count)| write!(formatter, ", {count} {word}"))?;
        self.broken.iter().try_for_each(|broken| write!(formatter, "\n  {broken}"))
    }
}
