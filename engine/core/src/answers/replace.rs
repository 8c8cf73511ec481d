//! Values bound to one environment, and the texts that take their place.

/// The value with the new text in the place of the old, where that stands as a whole: `…/sites/order` is not in
/// `…/sites/orders`.
pub(super) fn replaced(value: &str, old: &str, new: &str) -> Option<String> {
    let goes_on = |before: Option<char>, after: Option<char>| {
        let word = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_');
        before.is_some_and(word) && after.is_some_and(word)
    };
    let (mut result, mut rest, mut found) = (String::new(), value, false);
    while let Some(at) = rest.find(old) {
        let (before, after) = (&rest[..at], &rest[at + old.len()..]);
        result.push_str(before);
        let left = before.chars().next_back().or_else(|| result.chars().next_back());
        let is_part = goes_on(left, old.chars().next()) || goes_on(old.chars().next_back(), after.chars().next());
        result.push_str(if is_part { old } else { new });
        found |= !is_part;
        rest = after;
    }
    result.push_str(rest);
    found.then_some(result)
}

/// A value that is none of the environment's may be a secret that somebody wanted to replace: only what has the shape of an
/// address or an id is shown whole.
pub(super) fn shown(value: &str) -> String {
    let is_url = value.contains("://") && !value.contains(['?', '@']);
    let is_mail = value.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'));
    let is_guid = value.len() == 36 && value.matches('-').count() == 4;
    if is_url || is_mail || is_guid {
        return value.to_owned();
    }
    let length = value.chars().count();
    format!("{}… ({length} characters)", value.chars().take((length / 4).min(4)).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::replaced;

    #[test]
    fn only_whole_values_are_replaced() {
        let site = "https://a.example/sites/order";
        assert_eq!(replaced("https://a.example/sites/order/x", site, "https://b").as_deref(), Some("https://b/x"));
        assert_eq!(replaced("https://a.example/sites/orders", site, "https://b"), None);
        assert_eq!(replaced("ana@a.example", "a.example", "b.example").as_deref(), Some("ana@b.example"));
        assert_eq!(replaced("ana@extra.example", "a.example", "b.example"), None);
    }
}
