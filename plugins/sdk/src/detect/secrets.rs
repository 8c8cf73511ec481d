use std::ops::Range;

use super::{FoundSecret, Text, is_name, user_info};

const VAULT: &str = "keep it in a vault or a secured connection and take it from there at run time";

/// Names in query strings, form bodies and connection strings whose value is a secret.
const SECRET_FIELDS: [&str; 13] = [
    "client_secret",
    "password",
    "sig",
    "accountkey",
    "sharedaccesskey",
    "access_token",
    "refresh_token",
    "api_key",
    "apikey",
    "api-key",
    "subscription-key",
    "code",
    "pwd",
];

/// Looks at one string: `key` is the name it stands under. Expressions (`@…`, and `@{…}` within a text) are no secrets.
#[must_use]
pub fn secrets(key: Option<&str>, text: &str) -> Vec<FoundSecret> {
    Text::of(text).secrets(key)
}

impl Text<'_> {
    /// Secrets, in the order of the text; `key` is the name it stands under. Expressions (`@…`, and `@{…}` within a text) are
    /// none.
    #[must_use]
    pub fn secrets(self, key: Option<&str>) -> Vec<FoundSecret> {
        let text = self.text;
        if text.is_empty() || self.is_expression() {
            return Vec::new();
        }
        if key.is_some_and(is_secret_key) && !is_made_of_expressions(text) {
            return vec![FoundSecret { rule: "a value under a key for secrets", advice: VAULT, range: 0..text.len() }];
        }
        let mut found = if self.any(Text::EQUALS) { fields(text) } else { Vec::new() };
        if self.any(Text::AT) && self.any(Text::COLON) {
            found.extend(passwords(text));
        }
        if self.any(Text::CAPITAL_B) {
            found.extend(credentials(text));
        }
        if self.any(Text::CAPITAL_J) {
            found.extend(tokens(text));
        }
        found.sort_by_key(|secret| secret.range.start);
        found.dedup_by(|next, kept| next.range.start < kept.range.end);
        found
    }
}

/// Passwords in URLs.
fn passwords(text: &str) -> Vec<FoundSecret> {
    let authorities = text.match_indices("://").map(|(at, _)| at + "://".len());
    let password = |authority: usize| {
        let user = user_info(text, authority)?;
        let colon = user.start + text[user.clone()].find(':')?;
        let range = colon + 1..user.end;
        (!range.is_empty()).then_some(FoundSecret { rule: "a password in a URL", advice: VAULT, range })
    };
    authorities.filter_map(password).collect()
}

/// The text without the secrets that [`secrets`] finds in it.
#[must_use]
pub fn strip(key: Option<&str>, text: &str) -> String {
    let mut stripped = text.to_owned();
    for secret in secrets(key, text).into_iter().rev() {
        stripped.replace_range(secret.range, "");
    }
    stripped
}

/// Names of members and headers whose string value is a secret as a whole; compared without case, `-` and `_`.
fn is_secret_key(key: &str) -> bool {
    let mut plain = [0; 40];
    if key.len() > plain.len() {
        return false;
    }
    let mut length = 0;
    for byte in key.bytes().filter(u8::is_ascii_alphanumeric) {
        plain[length] = byte.to_ascii_lowercase();
        length += 1;
    }
    matches!(
        &plain[..length],
        b"secret"
            | b"clientsecret"
            | b"password"
            | b"pwd"
            | b"pfx"
            | b"sas"
            | b"sastoken"
            | b"accountkey"
            | b"accesskey"
            | b"apikey"
            | b"xapikey"
            | b"authorization"
            | b"proxyauthorization"
            | b"xfunctionskey"
            | b"ocpapimsubscriptionkey"
            | b"subscriptionkey"
            | b"sharedaccesskey"
            | b"accesstoken"
            | b"refreshtoken"
            | b"privatekey"
            | b"connectionstring"
            | b"xauthtoken"
    )
}

/// `Bearer @{body('token')}`: nothing but expressions and the name of a scheme.
fn is_made_of_expressions(text: &str) -> bool {
    let Some(first) = text.find("@{") else { return false };
    let scheme = text[..first].trim();
    let ends = text.trim_end().ends_with('}');
    ends && scheme.len() <= 16 && scheme.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
}

/// `name=value` in query strings, form bodies and connection strings. `code` and `sig` are common words: they count only where a
/// `?` or `&` stands before them.
fn fields(text: &str) -> Vec<FoundSecret> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    for (at, _) in text.match_indices('=') {
        let start = bytes[..at].iter().rposition(|byte| !is_name(*byte)).map_or(0, |before| before + 1);
        let name = text[start..at].to_ascii_lowercase();
        if !SECRET_FIELDS.contains(&name.as_str()) {
            continue;
        }
        let in_query = start > 0 && matches!(bytes[start - 1], b'?' | b'&');
        if matches!(name.as_str(), "code" | "sig") && !in_query {
            continue;
        }
        let ends = |byte: &u8| matches!(byte, b'&' | b';' | b'"' | b'\'' | b'<' | b'>') || byte.is_ascii_whitespace();
        let end = bytes[at + 1..].iter().position(ends).map_or(text.len(), |length| at + 1 + length);
        let end = text[at + 1..end].find("@{").map_or(end, |length| at + 1 + length);
        let value = &text[at + 1..end];
        if value.len() >= 4 && !value.starts_with('@') && !value.starts_with('{') {
            found.push(FoundSecret { rule: "a secret field in a URL or form", advice: VAULT, range: at + 1..end });
        }
    }
    found
}

/// Where the token ends that begins here.
fn token(text: &str, start: usize) -> Range<usize> {
    let length =
        text[start..].bytes().take_while(|byte| is_name(*byte) || matches!(byte, b'.' | b'+' | b'/' | b'=')).count();
    start..start + length
}

/// `Bearer <token>` and `Basic <token>`.
fn credentials(text: &str) -> Vec<FoundSecret> {
    let after_scheme = |(at, _): (usize, &str)| {
        let scheme = ["Bearer ", "Basic "].into_iter().find(|scheme| text[at..].starts_with(scheme))?;
        Some(token(text, at + scheme.len())).filter(|range| range.len() >= 16)
    };
    let ranges = text.match_indices('B').filter_map(after_scheme);
    ranges.map(|range| FoundSecret { rule: "a token in an authorization header", advice: VAULT, range }).collect()
}

/// Bare JSON Web Tokens.
fn tokens(text: &str) -> Vec<FoundSecret> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("eyJ") {
        let range = token(text, from + at);
        // Behind the whole token, so that a text of nothing but `eyJ` is read once.
        from = range.end;
        if range.len() >= 40 && text[range.clone()].matches('.').count() >= 2 {
            found.push(FoundSecret { rule: "a JSON Web Token", advice: VAULT, range });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(key: Option<&str>, text: &str) -> Vec<String> {
        secrets(key, text).into_iter().map(|found| text[found.range].to_owned()).collect()
    }

    #[test]
    fn secrets_are_found_by_key() {
        for key in [
            "secret",
            "client_secret",
            "Password",
            "pfx",
            "sas",
            "AccountKey",
            "api-key",
            "Ocp-Apim-Subscription-Key",
            "x-functions-key",
            "Authorization",
        ] {
            assert_eq!(texts(Some(key), "abc123"), ["abc123"], "{key}");
        }
        assert!(texts(Some("secretary"), "Ana").is_empty());
        assert!(texts(Some("secret"), "").is_empty());
    }

    #[test]
    fn expressions_are_no_secrets() {
        assert!(texts(Some("secret"), "@parameters('x')").is_empty());
        assert!(texts(Some("Authorization"), "Bearer @{body('token')?['access_token']}").is_empty());
        assert!(texts(None, "client_secret=@{variables('s')}").is_empty());
        assert!(texts(None, "@concat('client_secret=', 'abcd')").is_empty());
        assert_eq!(texts(Some("password"), "@@home"), ["@@home"], "an escaped @ begins no expression");
        assert_eq!(texts(None, "@{variables('u')}?code=abcd1234&x=1"), ["abcd1234"], "text behind an expression");
        assert_eq!(texts(Some("secret"), "s3cr3t@{x}"), ["s3cr3t@{x}"]);
    }

    #[test]
    fn secrets_are_found_inside_texts() {
        assert_eq!(texts(None, "grant_type=x&client_secret=s3cr3t!&scope=y"), ["s3cr3t!"]);
        assert_eq!(texts(None, "client_secret=s3cr3t@{x}&scope=y"), ["s3cr3t"]);
        assert_eq!(texts(None, "https://h.example/x?api-version=1&sig=AbC_d-1"), ["AbC_d-1"]);
        assert_eq!(texts(None, "https://h.example/x?code=abcd==&sig=efgh"), ["abcd==", "efgh"]);
        assert_eq!(texts(None, "AccountName=a;AccountKey=Zm9vYmFy==;E=x"), ["Zm9vYmFy=="]);
        assert_eq!(texts(None, "Bearer abcdefghijklmnopqrstuvwxyz"), ["abcdefghijklmnopqrstuvwxyz"]);
        assert_eq!(texts(None, "Basic YW5hOnBhc3N3b3JkMTIz"), ["YW5hOnBhc3N3b3JkMTIz"]);
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.AAAAAAAAAAAAAAAA";
        assert_eq!(texts(None, token), [token]);
        assert!(texts(None, "the postal code=12345").is_empty());
        assert_eq!(texts(None, "https://bob:hunter2@h.example/x?sig=abcd"), ["hunter2", "abcd"]);
        assert_eq!(texts(None, "https://bob:hun@ter2@h.example"), ["hun@ter2"]);
        assert!(texts(None, "https://h.example:8080/a@b.example").is_empty());
    }

    #[test]
    fn what_is_stripped_is_found_no_more() {
        let text = "https://h.example/x?code=abcd&sig=efgh Bearer abcdefghijklmnopqrstuvwxyz";
        let stripped = strip(None, text);
        assert_eq!(stripped, "https://h.example/x?code=&sig= Bearer ");
        assert!(secrets(None, &stripped).is_empty());
    }
}
