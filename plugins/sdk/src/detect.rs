//! Finding secrets and values bound to one environment in the strings of any JSON, by rules that hold for every product.
//!
//! A finding is a byte range of the unescaped text, so that only that range is changed when it is replaced or stripped.

use std::ops::Range;

/// A secret that a look at the content found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundSecret {
    /// By which rule, for people.
    pub rule: &'static str,
    /// What to do instead.
    pub advice: &'static str,
    /// Where in the unescaped text.
    pub range: Range<usize>,
}

/// A value bound to one environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundLiteral {
    /// A short class.
    pub class: &'static str,
    /// Where in the unescaped text.
    pub range: Range<usize>,
}

const VAULT: &str = "keep it in a vault or a secured connection and take it from there at run time";

/// Names of members and headers whose string value is a secret as a whole; compared without case, `-` and `_`.
const SECRET_KEYS: [&str; 22] = [
    "secret",
    "clientsecret",
    "password",
    "pwd",
    "pfx",
    "sas",
    "sastoken",
    "accountkey",
    "accesskey",
    "apikey",
    "xapikey",
    "authorization",
    "proxyauthorization",
    "xfunctionskey",
    "ocpapimsubscriptionkey",
    "subscriptionkey",
    "sharedaccesskey",
    "accesstoken",
    "refreshtoken",
    "privatekey",
    "connectionstring",
    "xauthtoken",
];

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

/// Looks at one string: `key` is the name it stands under. Expressions (`@…`) are no secrets.
#[must_use]
pub fn secrets(key: Option<&str>, text: &str) -> Vec<FoundSecret> {
    if text.is_empty() || is_expression(text) {
        return Vec::new();
    }
    if let Some(key) = key
        && is_secret_key(key)
    {
        return vec![FoundSecret { rule: "a value under a key for secrets", advice: VAULT, range: 0..text.len() }];
    }
    let mut found = fields(text);
    found.extend(bearer(text));
    found.sort_by_key(|secret| secret.range.start);
    found.dedup_by(|next, kept| next.range.start < kept.range.end);
    found
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

/// True where the whole string is an expression that is evaluated at run time.
#[must_use]
pub fn is_expression(text: &str) -> bool {
    text.starts_with('@') && !text.starts_with("@@")
}

fn is_secret_key(key: &str) -> bool {
    if key.len() > 40 {
        return false;
    }
    let plain: String =
        key.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    SECRET_KEYS.contains(&plain.as_str())
}

/// `name=value` in query strings, form bodies and connection strings. `code` counts only where a `?` or `&` stands before it.
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
        let value = &text[at + 1..end];
        if value.len() >= 4 && !value.starts_with('@') && !value.starts_with('{') {
            found.push(FoundSecret { rule: "a secret field in a URL or form", advice: VAULT, range: at + 1..end });
        }
    }
    found
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
}

/// `Bearer <token>` and bare JSON Web Tokens.
fn bearer(text: &str) -> Vec<FoundSecret> {
    let token = |start: usize| {
        let length = text[start..]
            .bytes()
            .take_while(|byte| is_name(*byte) || matches!(byte, b'.' | b'+' | b'/' | b'='))
            .count();
        start..start + length
    };
    let mut found = Vec::new();
    for (at, scheme) in text.match_indices("Bearer ").chain(text.match_indices("Basic ")) {
        let range = token(at + scheme.len());
        if range.len() >= 16 {
            found.push(FoundSecret { rule: "a token in an authorization header", advice: VAULT, range });
        }
    }
    for (at, _) in text.match_indices("eyJ") {
        let range = token(at);
        if range.len() >= 40 && text[range.clone()].matches('.').count() >= 2 {
            found.push(FoundSecret { rule: "a JSON Web Token", advice: VAULT, range });
        }
    }
    found
}

/// E-mail addresses, site URLs and hosts in one string. Text without `@` and `://` costs one scan.
#[must_use]
pub fn literals(text: &str) -> Vec<FoundLiteral> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("://") {
        found.extend(url(text, at));
    }
    for (at, _) in text.match_indices('@') {
        found.extend(email(text, at));
    }
    found
}

/// The class of a URL's host, and how much of the URL is bound to the environment.
fn url(text: &str, colon: usize) -> Option<FoundLiteral> {
    let scheme = ["https", "http"].into_iter().find(|scheme| text[..colon].ends_with(scheme))?;
    let start = colon - scheme.len();
    let rest = &text[colon + 3..];
    let host_length = rest.bytes().take_while(|byte| is_name(*byte) || matches!(byte, b'.' | b':')).count();
    let host = rest[..host_length].trim_end_matches([':', '.']);
    if !host.contains('.') || WELL_KNOWN.iter().any(|known| host == *known || host.ends_with(&format!(".{known}"))) {
        return None;
    }
    let host_end = colon + 3 + host.len();
    let (class, end) = if host.ends_with(".sharepoint.com") {
        ("sharepoint-site", site_end(text, host_end))
    } else if is_dataverse(host) {
        ("dataverse-org", host_end)
    } else if host.ends_with("logic.azure.com") || host.ends_with("api.powerplatform.com") {
        ("flow-trigger-url", host_end)
    } else if host.ends_with("azure-apim.net") {
        ("runtime-host", host_end)
    } else {
        ("host", host_end)
    };
    Some(FoundLiteral { class, range: start..end })
}

/// Hosts that are the same from every environment: schemas, vendors' APIs, icons.
const WELL_KNOWN: [&str; 16] = [
    "schema.management.azure.com",
    "graph.microsoft.com",
    "login.microsoftonline.com",
    "login.windows.net",
    "management.azure.com",
    "vault.azure.net",
    "www.w3.org",
    "schemas.microsoft.com",
    "schemas.xmlsoap.org",
    "azureedge.net",
    "msecnd.net",
    "azurefd.net",
    "static.powerapps.com",
    "outlook.office365.com",
    "api.flow.microsoft.com",
    "service.flow.microsoft.com",
];

fn is_dataverse(host: &str) -> bool {
    let Some(before) = host.strip_suffix(".dynamics.com") else { return false };
    before.split('.').any(|label| label.starts_with("crm"))
}

/// A SharePoint site ends after `/sites/<name>` or `/teams/<name>`, or with the host.
fn site_end(text: &str, host_end: usize) -> usize {
    let rest = &text[host_end..];
    let Some(prefix) = ["/sites/", "/teams/"].into_iter().find(|prefix| rest.starts_with(prefix)) else {
        return host_end;
    };
    let ends = |character: char| {
        matches!(character, '/' | '?' | '#' | '\'' | '"' | '<' | '>' | ')' | '@') || character.is_whitespace()
    };
    host_end + rest[prefix.len()..].find(ends).map_or(rest.len(), |length| prefix.len() + length)
}

fn email(text: &str, at: usize) -> Option<FoundLiteral> {
    let bytes = text.as_bytes();
    let local = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-' | b'#');
    let start = bytes[..at].iter().rposition(|byte| !local(*byte)).map_or(0, |before| before + 1);
    let end = at + 1 + bytes[at + 1..].iter().take_while(|byte| is_name(**byte) || **byte == b'.').count();
    let host = text[at + 1..end].trim_end_matches(['.', '-']);
    let top = host.rsplit_once('.')?.1;
    let plausible = start < at && top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic());
    plausible.then_some(FoundLiteral { class: "email", range: start..at + 1 + host.len() })
}

/// True for the usual spelling of a GUID, with or without braces.
#[must_use]
pub fn is_guid(text: &str) -> bool {
    let text = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret_texts(key: Option<&str>, text: &str) -> Vec<String> {
        secrets(key, text).into_iter().map(|found| text[found.range].to_owned()).collect()
    }

    fn literal_texts(text: &str) -> Vec<(&'static str, String)> {
        literals(text).into_iter().map(|found| (found.class, text[found.range].to_owned())).collect()
    }

    #[test]
    fn secrets_are_found_by_key() {
        for key in
            ["secret", "client_secret", "Password", "Ocp-Apim-Subscription-Key", "x-functions-key", "Authorization"]
        {
            assert_eq!(secret_texts(Some(key), "abc123"), ["abc123"], "{key}");
        }
        assert!(secret_texts(Some("secretary"), "Ana").is_empty());
        assert!(secret_texts(Some("secret"), "").is_empty());
        assert!(secret_texts(Some("secret"), "@parameters('x')").is_empty(), "an expression is no secret");
    }

    #[test]
    fn secrets_are_found_inside_texts() {
        assert_eq!(secret_texts(None, "grant_type=x&client_secret=s3cr3t!&scope=y"), ["s3cr3t!"]);
        assert_eq!(secret_texts(None, "https://h.example/x?api-version=1&sig=AbC_d-1"), ["AbC_d-1"]);
        assert_eq!(secret_texts(None, "AccountName=a;AccountKey=Zm9vYmFy==;E=x"), ["Zm9vYmFy=="]);
        assert_eq!(secret_texts(None, "Bearer abcdefghijklmnopqrstuvwxyz"), ["abcdefghijklmnopqrstuvwxyz"]);
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.AAAAAAAAAAAAAAAA";
        assert_eq!(secret_texts(None, token), [token]);
        assert!(secret_texts(None, "client_secret=@{variables('s')}").is_empty(), "an expression is no secret");
        assert!(secret_texts(None, "the postal code=12345").is_empty());
    }

    #[test]
    fn literals_are_found_inside_texts_and_expressions() {
        assert_eq!(
            literal_texts("/datasets/@{encodeURIComponent('https://contoso.sharepoint.com/sites/hr/Lists/x')}/t"),
            [("sharepoint-site", "https://contoso.sharepoint.com/sites/hr".to_owned())]
        );
        assert_eq!(
            literal_texts("https://org1.crm4.dynamics.com/api"),
            [("dataverse-org", "https://org1.crm4.dynamics.com".to_owned())]
        );
        assert_eq!(
            literal_texts("mail ana.b@contoso.com; ben@x.example."),
            [("email", "ana.b@contoso.com".to_owned()), ("email", "ben@x.example".to_owned())]
        );
        assert_eq!(
            literal_texts("https://api.contoso.com:8080/v1"),
            [("host", "https://api.contoso.com:8080".to_owned())]
        );
        assert!(literal_texts("https://schema.management.azure.com/x @{body('a')} 19:a@thread").is_empty());
    }

    #[test]
    fn guids() {
        assert!(is_guid("0c96611b-4aee-4ee5-a94a-ac9658556d86") && is_guid("{0C96611B-4AEE-4EE5-A94A-AC9658556D86}"));
        assert!(!is_guid("0c96611b4aee4ee5a94aac9658556d86"));
    }
}
