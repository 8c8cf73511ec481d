//! What is said of changes that the target made since the last import.

use super::change::Planning;
use super::three_way::Meeting;
use super::{BothChanged, CONFLICT, Conflict};
use crate::answers::Resolution;
use crate::diff::Change;
use crate::environment::EnvironmentError;
use crate::history::{LastChange, Run, last_change};
use crate::model::{Diagnostic, Head, ResourceId};
use crate::plugin::SharedView;
use crate::settings::Resolve;
use crate::shell;

/// So many places of each side are named in a finding.
const NAMED: usize = 8;

/// What is said of secrets of the target's own.
pub(super) struct Stays<'a> {
    /// Who changed them.
    pub(super) by: Option<&'a Run>,
    /// The user said so.
    pub(super) is_resolved: bool,
    /// The slot of one that was taken out.
    pub(super) unset: Option<&'a str>,
}

impl Planning<'_> {
    /// The target's own change stays. `comes_changed`: though the package changes it too.
    pub(super) fn kept(&self, meeting: &Meeting<'_>, run: Option<&Run>, comes_changed: bool) -> Diagnostic {
        let why = if comes_changed { "it stays, though it comes changed" } else { "that stays" };
        let summary = format!("{}; {why}", self.was_changed(meeting, run));
        let help = format!("to have it as the package has it: {}", resolve(meeting.source, Resolve::Take));
        Diagnostic::info("P-KEPT", summary).about(meeting.source).help(help)
    }

    /// The target's own change goes, as the user said.
    pub(super) fn taken(&self, meeting: &Meeting<'_>, run: Option<&Run>) -> Diagnostic {
        let summary = format!("{}; the package's takes its place", self.was_changed(meeting, run));
        Diagnostic::info("P-TAKEN", summary).about(meeting.source)
    }

    /// Both changes go together.
    pub(super) fn merged(&self, meeting: &Meeting<'_>, run: Option<&Run>, both: &BothChanged) -> Diagnostic {
        let was_changed = self.was_changed(meeting, run);
        let comes = format!("comes: {}", places(&both.taken));
        let (summary, detail) = if both.kept.is_empty() {
            (format!("{was_changed}; that comes as well, and more"), comes)
        } else {
            let detail = format!("stays: {}; {comes}", places(&both.kept));
            (format!("{was_changed}, and comes changed; both changes are merged"), detail)
        };
        let (keep, take) = (resolve(meeting.source, Resolve::Keep), resolve(meeting.source, Resolve::Take));
        let help = format!("to have one of the two whole: {keep}, or {take}");
        Diagnostic::info("P-MERGED", summary).about(meeting.source).detail(detail).help(help)
    }

    /// The user must choose one of the two.
    pub(super) fn in_conflict(&self, existing: &SharedView, source: &ResourceId, conflict: &Conflict) -> Diagnostic {
        let fields = match conflict.fields.len() {
            1 => "1 field".to_owned(),
            fields => format!("{fields} fields"),
        };
        let was_changed = self.existing_was_changed(existing, conflict.changed.as_ref());
        let summary = format!("{was_changed}, and comes changed; they differ in {fields}");
        let (keep, take) = (resolve(source, Resolve::Keep), resolve(source, Resolve::Take));
        let help = format!("{keep} leaves it as the target has it, {take} makes it what the package has");
        Diagnostic::error(CONFLICT, summary).about(source).help(help)
    }

    /// A secret of the target's own stays, or its place stays empty.
    pub(super) fn secret_stays(&self, existing: &SharedView, source: &ResourceId, stays: &Stays<'_>) -> Diagnostic {
        let why = if stays.is_resolved { "though another one comes" } else { "as none but the old one comes" };
        let changed = self.secret_was_changed(existing, stays.by);
        let take = format!("to have the package's: {}", resolve(source, Resolve::Take));
        let Some(slot) = stays.unset else {
            return Diagnostic::info("P-KEPT", format!("{changed}; it stays, {why}")).about(source).help(take);
        };
        let summary = format!("{changed}, and is not set; that stays, {why}");
        let (target, id) = (self.matching.target.name(), &existing.head.id);
        let help =
            format!("{take}; for another one: flowport secret set {target} {} {}", shell::word(id), shell::word(slot));
        Diagnostic::warning("P-KEPT", summary).about(source).help(help)
    }

    /// A secret of the target's own goes, as the user said.
    pub(super) fn secret_goes(&self, existing: &SharedView, source: &ResourceId, run: Option<&Run>) -> Diagnostic {
        let summary = format!("{}; the package's takes its place", self.secret_was_changed(existing, run));
        Diagnostic::info("P-TAKEN", summary).about(source)
    }

    /// Nobody knows what the target changed: it never came from there.
    pub(super) fn never_came(&self, meeting: &Meeting<'_>) -> Result<Diagnostic, EnvironmentError> {
        let target = &self.matching.target;
        let last = last_change(target.as_ref(), &meeting.existing.head.id)?;
        let by_hand = self.kept_from(meeting, last.as_ref())?;
        let Head { id, name, .. } = &meeting.existing.head;
        let source = match self.matching.source {
            "" => "a package that says not where it is from".to_owned(),
            source => format!("{source:?}"),
        };
        let what =
            format!("{id} ({name}) is there, and nothing is known of an import of it from {source}; it is replaced");
        // What another package brought can be had again; what somebody wrote cannot, and of nothing known it may be that.
        let is_imported = matches!(&last, Some(LastChange::Run(run)) if run.package.is_some());
        let severity = if is_imported && by_hand.is_none() { Diagnostic::info } else { Diagnostic::warning };
        let summary = match (&last, by_hand) {
            (Some(LastChange::Run(run)), Some(hand)) if run.package.is_some() => {
                format!("{what}, with what was changed in it {}", by(target.name(), Some(&hand)))
            }
            (Some(LastChange::Run(run)), _) => {
                format!("{what}; it was changed last {}", by(target.name(), Some(run)))
            }
            (Some(LastChange::Edit), _) => {
                format!("{what}; it was changed last in its files, and nobody knows by whom")
            }
            (None, _) => what,
        };
        let help = format!("to leave it as it is: --setup {}", shell::word(format!("{}=use-existing", meeting.source)));
        Ok(severity("P-REPLACED", summary).about(meeting.source).help(help))
    }

    /// Who made what the last import kept of it: that is theirs all the same.
    fn kept_from(&self, meeting: &Meeting<'_>, last: Option<&LastChange>) -> Result<Option<Run>, EnvironmentError> {
        let (target, id) = (&self.matching.target, &meeting.existing.head.id);
        let Some(LastChange::Run(last)) = last else { return Ok(None) };
        let Some(package) = &last.package else { return Ok(None) };
        let base = target.base(id, meeting.source, &package.source)?;
        if !base.is_some_and(|base| base.run.id == last.id && base.was_kept) {
            return Ok(None);
        }
        let is_by_hand = |run: &Run| run.package.is_none() && run.is_effective();
        Ok(target.runs_of(id)?.into_iter().find(is_by_hand))
    }

    fn was_changed(&self, meeting: &Meeting<'_>, run: Option<&Run>) -> String {
        self.existing_was_changed(meeting.existing, run)
    }

    fn existing_was_changed(&self, existing: &SharedView, run: Option<&Run>) -> String {
        let Head { id, name, .. } = &existing.head;
        let target = self.matching.target.name();
        format!("{id} ({name}) was changed in {target} {} since it was imported last", by(target, run))
    }

    fn secret_was_changed(&self, existing: &SharedView, run: Option<&Run>) -> String {
        let Head { id, name, .. } = &existing.head;
        let target = self.matching.target.name();
        format!("{id} ({name}): its secret was changed in {target} {} since it was imported last", by(target, run))
    }
}

/// An answer to a question that nobody asks; of a pattern, which is for many, that is nothing to tell.
pub(super) fn nothing_to_resolve(id: &ResourceId, resolution: Option<Resolution>) -> Option<Diagnostic> {
    let word = resolution.filter(|resolution| resolution.is_by_name)?.resolve.as_str();
    let summary = format!("resolve {id}: there is no conflict, and so nothing to {word}");
    Some(Diagnostic::info("P-RESOLVE", summary).about(id))
}

/// Who did it, when and how.
pub(super) fn by(environment: &str, run: Option<&Run>) -> String {
    match run {
        Some(Run { id, actor, at, command, .. }) => {
            format!("by {actor} at {at} (flowport {command}, run {environment}/{id})")
        }
        None => "in its files".to_owned(),
    }
}

/// How a conflict is resolved.
pub(super) fn resolve(id: &ResourceId, resolve: Resolve) -> String {
    format!("--resolve {}", shell::word(format!("{id}={}", resolve.as_str())))
}

fn places(changes: &[Change]) -> String {
    let named = changes.iter().take(NAMED).map(|change| format!("{}#{}", change.part, change.path));
    let named = named.collect::<Vec<_>>().join(", ");
    match changes.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}
