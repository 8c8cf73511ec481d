//! Reference keys inside expression strings: `@parameters('$connections')['K']['connectionId']` and the invoker's
//! `@json(decodeBase64(…))['$connections']['K']['connectionId']`. K may hold any character; `''` stands for one quote.

/// What an expression says of connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConnectionUse {
    /// The key of a connection reference.
    Key(String),
    /// Something that is computed at run time stands where the key should be.
    Computed(String),
}

/// Every use of `$connections` in a string.
#[must_use]
pub fn connection_uses(text: &str) -> Vec<ConnectionUse> {
    let mut uses = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("$connections'") {
        rest = &rest[at + "$connections'".len()..];
        // `parameters('$connections')['K']` or `…['$connections']['K']`; white space may stand between.
        let after = rest.trim_start();
        let Some(after) = after.strip_prefix(')').or_else(|| after.strip_prefix(']')) else { continue };
        let after = after.trim_start();
        let after = after.strip_prefix('?').unwrap_or(after).trim_start();
        if let Some(member) = after.strip_prefix('.') {
            let name = |character: &char| character.is_alphanumeric() || *character == '_';
            uses.push(ConnectionUse::Key(member.chars().take_while(name).collect()));
            continue;
        }
        let Some(index) = after.strip_prefix('[') else { continue };
        let index = index.trim_start();
        match index.strip_prefix('\'').and_then(quoted) {
            Some(key) => uses.push(ConnectionUse::Key(key)),
            None => uses.push(ConnectionUse::Computed(
                index.chars().take_while(|character| *character != ']').take(200).collect(),
            )),
        }
    }
    uses
}

/// The text up to the closing quote, with `''` as one quote.
fn quoted(text: &str) -> Option<String> {
    let mut key = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character != '\'' {
            key.push(character);
        } else if characters.next_if_eq(&'\'').is_some() {
            key.push('\'');
        } else {
            return Some(key);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_in_both_expressions() {
        let key = |text: &str| vec![ConnectionUse::Key(text.to_owned())];
        assert_eq!(
            connection_uses("@parameters('$connections')['shared_teams-1']['connectionId']"),
            key("shared_teams-1")
        );
        assert_eq!(
            connection_uses(
                "@json(decodeBase64(triggerOutputs().headers['X-MS-APIM-Tokens']))['$connections']['a.20b']['connectionId']"
            ),
            key("a.20b")
        );
        assert_eq!(connection_uses("@parameters('$connections')?['it''s']"), key("it's"));
        assert_eq!(connection_uses("@parameters('$connections').shared_x_1.connectionId"), key("shared_x_1"));
        assert_eq!(connection_uses("@parameters( '$connections' ) [ 'shared x' ]"), key("shared x"));
        assert_eq!(
            connection_uses("@parameters('$connections')[variables('k')]['connectionId']"),
            [ConnectionUse::Computed("variables('k')".to_owned())]
        );
        assert!(connection_uses("@parameters('$authentication')").is_empty());
        assert!(connection_uses("@json(x)['$ConnectionKey']").is_empty());
    }
}
