use std::iter::Peekable;
use std::ops::Range;
use std::str::MatchIndices;

use super::covered::Covered;
use super::{FoundLiteral, Spelling, Text, is_guid, is_name, user_info};

/// E-mail addresses, site URLs and hosts in one string, in the order of the text, plain or percent-encoded.
#[must_use]
pub fn literals(text: &str) -> Vec<FoundLiteral> {
    Text::of(text).literals()
}

impl Text<'_> {
    /// E-mail addresses, site URLs and hosts, in the order of the text, plain or percent-encoded.
    #[must_use]
    pub fn literals(self) -> Vec<FoundLiteral> {
        let mut found = self.plain_literals();
        if self.any(Text::PERCENT) {
            let encoded = self.encoded_literals();
            let mut covered = Covered::default();
            found.iter().for_each(|literal| covered.add(literal.range.clone()));
            found.extend(encoded.into_iter().filter(|literal| !covered.overlaps(&literal.range)));
            found.sort_by_key(|literal| literal.range.start);
        }
        if self.any(Text::AT) && !found.is_empty() {
            let constants = self.constants();
            // They follow each other: only the last that begins before a literal can reach as far as its end.
            let stands_in_one = |literal: &FoundLiteral| {
                let before = constants.partition_point(|it| it.start <= literal.range.start);
                before.checked_sub(1).is_some_and(|last| literal.range.end <= constants[last].end)
            };
            for literal in found.iter_mut().filter(|literal| literal.spelling == Spelling::PLAIN) {
                if stands_in_one(literal) {
                    literal.spelling = Spelling::CONSTANT;
                }
            }
        }
        found
    }

    /// Those that are not encoded.
    pub(super) fn plain_literals(self) -> Vec<FoundLiteral> {
        let text = self.text;
        let mut found = Vec::new();
        if self.any(Text::COLON) {
            let schemes = text.match_indices(':').filter(|(at, _)| text[at + 1..].starts_with("//"));
            found.extend(schemes.filter_map(|(at, _)| url(text, at)));
        }
        if self.any(Text::AT) {
            let mut users = Users::of(text);
            found.extend(text.match_indices('@').filter_map(|(at, _)| address(text, at, &mut users)));
            found.sort_by_key(|literal| literal.range.start);
        }
        found
    }
}

/// Hosts that are the same from every environment: schemas, vendors' APIs and help.
const WELL_KNOWN: [&str; 22] = [
    "adaptivecards.io",
    "aka.ms",
    "docs.microsoft.com",
    "go.microsoft.com",
    "graph.microsoft.com",
    "graph.windows.net",
    "json-schema.org",
    "learn.microsoft.com",
    "login.microsoftonline.com",
    "login.windows.net",
    "management.azure.com",
    "management.core.windows.net",
    "outlook.office.com",
    "outlook.office365.com",
    "powerapps.microsoft.com",
    "schema.management.azure.com",
    "schemas.microsoft.com",
    "schemas.openxmlformats.org",
    "schemas.xmlsoap.org",
    // The audience of every vault; a vault itself is a host below it.
    "vault.azure.net",
    "www.w3.org",
    "static.powerapps.com",
];

/// All hosts below these are the same from every environment: icons and the product itself.
const WELL_KNOWN_DOMAINS: [&str; 4] = ["azureedge.net", "msecnd.net", "azurefd.net", "flow.microsoft.com"];

const SHAREPOINT: [&str; 3] = [".sharepoint.com", ".sharepoint.us", ".sharepoint.cn"];

fn is_well_known(host: &str) -> bool {
    let below = |domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    WELL_KNOWN.contains(&host) || WELL_KNOWN_DOMAINS.iter().any(|domain| below(domain))
}

/// The class of a URL's host, and how much of the URL is bound to the environment.
fn url(text: &str, colon: usize) -> Option<FoundLiteral> {
    let scheme = ["https", "http"].into_iter().find(|scheme| {
        let bytes = text.as_bytes()[..colon].iter().rev();
        bytes.zip(scheme.bytes().rev()).filter(|(byte, wanted)| byte.eq_ignore_ascii_case(wanted)).count()
            == scheme.len()
    })?;
    // Where a name and a password stand before the host, the host alone is the value: it is shown, and they must not be.
    let user = user_info(text, colon + 3);
    let host_start = user.as_ref().map_or(colon + 3, |user| user.end + 1);
    let start = if user.is_some() { host_start } else { colon - scheme.len() };
    let rest = &text[host_start..];
    let host_length = rest.bytes().take_while(|byte| is_name(*byte) || matches!(byte, b'.' | b':')).count();
    let authority = rest[..host_length].trim_end_matches([':', '.']);
    let host_end = host_start + authority.len();
    let host = authority.split(':').next().unwrap_or(authority).to_ascii_lowercase();
    if !host.contains('.') {
        return None;
    }
    if is_well_known(&host) {
        return inside_a_well_known(text, host_end, &host);
    }
    let (class, end) = if SHAREPOINT.iter().any(|domain| host.ends_with(domain)) {
        ("sharepoint-site", segment_after(text, host_end, &["/sites/", "/teams/", "/personal/"]))
    } else if is_dataverse(&host) {
        ("dataverse-org", host_end)
    } else if host.ends_with("logic.azure.com") || host.ends_with("api.powerplatform.com") {
        ("flow-trigger-url", segment_after(text, host_end, &["/workflows/"]))
    } else if host.ends_with("azure-apim.net") {
        ("runtime-host", host_end)
    } else {
        ("host", host_end)
    };
    Some(FoundLiteral::plain(class, start..end))
}

/// The tenant of a sign-in URL, the environment of a link into the product.
fn inside_a_well_known(text: &str, host_end: usize, host: &str) -> Option<FoundLiteral> {
    let path = &text[host_end..];
    let path = &path[..path.find(ends_a_url).unwrap_or(path.len())];
    let segment = |after: usize| {
        let start = host_end + after;
        start..start + path[after..].find(['/', '?', '#']).unwrap_or(path.len() - after)
    };
    if host.starts_with("login.") && path.starts_with('/') {
        let range = segment(1);
        let tenant = &text[range.clone()];
        return (is_guid(tenant) || tenant.contains('.')).then_some(FoundLiteral::plain("tenant", range));
    }
    let at = path.find("/environments/")? + "/environments/".len();
    let range = segment(at);
    let environment = &text[range.clone()];
    let is_bound = is_guid(environment) || environment.starts_with("Default-");
    is_bound.then_some(FoundLiteral::plain("environment", range))
}

fn is_dataverse(host: &str) -> bool {
    let Some(before) = host.strip_suffix(".dynamics.com") else { return false };
    before.split('.').any(|label| label.starts_with("crm"))
}

fn ends_a_url(character: char) -> bool {
    matches!(character, '\'' | '"' | '<' | '>' | ')' | '}' | ']' | '@' | ',' | ';' | '\\') || character.is_whitespace()
}

/// Where the segment ends that follows one of the prefixes; the host's end where none of them does.
fn segment_after(text: &str, host_end: usize, prefixes: &[&str]) -> usize {
    let rest = &text[host_end..];
    let Some(prefix) = prefixes.iter().find(|prefix| rest.starts_with(**prefix)) else {
        return host_end;
    };
    let segment = &rest[prefix.len()..];
    let ends = |character: char| matches!(character, '/' | '?' | '#' | '&') || ends_a_url(character);
    let segment = &segment[..segment.find(ends).unwrap_or(segment.len())];
    // The full stop of a sentence is no part of the name.
    host_end + prefix.len() + segment.trim_end_matches('.').len()
}

/// The names and passwords before the hosts of URLs, each looked for once and only as far as is asked.
struct Users<'t> {
    text: &'t str,
    schemes: Peekable<MatchIndices<'t, &'static str>>,
    last: Option<Range<usize>>,
}

impl<'t> Users<'t> {
    fn of(text: &'t str) -> Users<'t> {
        Users { text, schemes: text.match_indices("://").peekable(), last: None }
    }

    /// True for an `@` in one, or at its end. Asked in the order of the text.
    fn are_before(&mut self, at: usize) -> bool {
        while let Some((colon, end)) = self.schemes.next_if(|(colon, end)| colon + end.len() <= at) {
            self.last = user_info(self.text, colon + end.len());
        }
        self.last.as_ref().is_some_and(|user| at <= user.end)
    }
}

/// An e-mail address, or the id of a conversation in Teams, which has the shape of one.
fn address(text: &str, at: usize, users: &mut Users<'_>) -> Option<FoundLiteral> {
    let bytes = text.as_bytes();
    let local = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-' | b'#');
    let start = bytes[..at].iter().rposition(|byte| !local(*byte)).map_or(0, |before| before + 1);
    let length = bytes[at + 1..].iter().take_while(|byte| is_name(**byte) || **byte == b'.').count();
    if start == at || length == 0 {
        return None;
    }
    // What stands before the host of a URL is no address: it may be a password.
    if users.are_before(at) {
        return None;
    }
    let host = text[at + 1..at + 1 + length].trim_end_matches(['.', '-']);
    let end = at + 1 + host.len();
    let lower = host.to_ascii_lowercase();
    if lower.starts_with("thread.") || lower == "unq.gbl.spaces" {
        return text[..start].ends_with("19:").then(|| FoundLiteral::plain("teams-conversation", start - 3..end));
    }
    // `ownerid@OData.Community.Display.V1.FormattedValue` and `logo@2x.png` look like addresses and are none.
    let is_annotation = lower.starts_with("odata.") || lower.starts_with("microsoft.dynamics.");
    let top = lower.rsplit_once('.')?.1;
    let is_file = matches!(top, "png" | "jpg" | "jpeg" | "gif" | "svg" | "js" | "css" | "json");
    let plausible = top.len() >= 2 && top.bytes().all(|byte| byte.is_ascii_alphabetic());
    (plausible && !is_annotation && !is_file).then_some(FoundLiteral::plain("email", start..end))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    fn texts(text: &str) -> Vec<(&'static str, &str)> {
        literals(text).into_iter().map(|found| (found.class, &text[found.range])).collect()
    }

    #[test]
    fn sharepoint_sites_end_with_their_name() {
        for (text, site) in [
            (
                "/datasets/@{encodeURIComponent('https://contoso.sharepoint.com/sites/hr/Lists/x')}/t",
                "https://contoso.sharepoint.com/sites/hr",
            ),
            ("see https://contoso.sharepoint.com/sites/hr.", "https://contoso.sharepoint.com/sites/hr"),
            ("HTTPS://Contoso.SharePoint.com/teams/x?a=b", "HTTPS://Contoso.SharePoint.com/teams/x"),
            (
                "https://contoso-my.sharepoint.com/personal/ana_contoso_com/Documents",
                "https://contoso-my.sharepoint.com/personal/ana_contoso_com",
            ),
            ("https://contoso.sharepoint.com/:x:/r/sites/hr", "https://contoso.sharepoint.com"),
        ] {
            assert_eq!(texts(text), [("sharepoint-site", site)], "{text}");
        }
    }

    #[test]
    fn hosts_have_classes() {
        for (text, class, value) in [
            ("https://org1.crm4.dynamics.com/api", "dataverse-org", "https://org1.crm4.dynamics.com"),
            ("https://api.contoso.com:8080/v1", "host", "https://api.contoso.com:8080"),
            ("https://v1.vault.azure.net/secrets/x", "host", "https://v1.vault.azure.net"),
            (
                "https://unitedstates-002.azure-apim.net/apim/x",
                "runtime-host",
                "https://unitedstates-002.azure-apim.net",
            ),
            (
                "https://prod-1.westeurope.logic.azure.com:443/workflows/0a1b/triggers/manual/paths/invoke?sig=x",
                "flow-trigger-url",
                "https://prod-1.westeurope.logic.azure.com:443/workflows/0a1b",
            ),
        ] {
            assert_eq!(texts(text), [(class, value)], "{text}");
        }
    }

    #[test]
    fn what_is_the_same_everywhere_is_not_bound() {
        for text in [
            "https://schema.management.azure.com/x",
            "https://vault.azure.net",
            "https://connectoricons-prod.azureedge.net/x/icon.png",
            "http://adaptivecards.io/schemas/adaptive-card.json",
            "https://login.microsoftonline.com/common/oauth2",
            "https://graph.microsoft.com/v1.0/me",
            "http://localhost/x",
            "default.cds",
        ] {
            assert!(texts(text).is_empty(), "{text}: {:?}", texts(text));
        }
    }

    #[test]
    fn tenants_and_environments_stand_in_urls_of_the_product() {
        let tenant = "0c96611b-4aee-4ee5-a94a-ac9658556d86";
        assert_eq!(texts(&format!("https://login.microsoftonline.com/{tenant}/oauth2/token")), [("tenant", tenant)]);
        assert_eq!(
            texts("https://login.windows.net/contoso.onmicrosoft.com/x"),
            [("tenant", "contoso.onmicrosoft.com")]
        );
        let environment = format!("Default-{tenant}");
        assert_eq!(
            texts(&format!("https://flow.microsoft.com/manage/environments/{environment}/flows/x")),
            [("environment", environment.as_str())]
        );
    }

    #[test]
    fn a_password_in_a_url_is_never_shown() {
        assert_eq!(
            texts("https://bob:hunter2@contoso.sharepoint.com/sites/x"),
            [("sharepoint-site", "contoso.sharepoint.com/sites/x")]
        );
        assert_eq!(texts("https://bob:hun@ter2.example@h.example/x"), [("host", "h.example")]);
    }

    #[test]
    fn many_in_one_text_are_found_in_little_time() {
        let many = |one: fn(u32) -> String| -> String { (0..200_000).map(one).collect() };
        for (text, spelling) in [
            (format!("@concat({})", many(|n| format!("'https://h{n}.example',"))), Spelling::CONSTANT),
            (many(|n| format!("https%3A%2F%2Fh{n}.example%2C")), Spelling::percent_encoded("%3A%2F", 1)),
            (many(|n| format!("a{n}@h.example ")), Spelling::PLAIN),
        ] {
            let started = Instant::now();
            let found = literals(&text);
            assert!(started.elapsed() < Duration::from_secs(10), "{}: it took {:?}", &text[..40], started.elapsed());
            assert_eq!(found.len(), 200_000, "{}", &text[..40]);
            assert!(found.iter().all(|literal| literal.spelling == spelling), "{}", &text[..40]);
        }
        // Those that are encoded are looked for beside all others.
        let mixed = many(|n| format!("https://h{n}.example https%3A%2F%2Fh{n}.example "));
        let started = Instant::now();
        assert_eq!(literals(&mixed).len(), 400_000);
        assert!(started.elapsed() < Duration::from_secs(10), "it took {:?}", started.elapsed());
    }

    #[test]
    fn addresses_and_what_only_looks_like_one() {
        assert_eq!(
            texts("mail ana.b@contoso.com; ben@x.example. https://h.example/a"),
            [("email", "ana.b@contoso.com"), ("email", "ben@x.example"), ("host", "https://h.example")]
        );
        assert_eq!(texts("19:ab_c-1@thread.skype"), [("teams-conversation", "19:ab_c-1@thread.skype")]);
        assert_eq!(texts("19:ab@thread.tacv2"), [("teams-conversation", "19:ab@thread.tacv2")]);
        for text in [
            "19:a@thread",
            "@{body('a')}",
            "@body.x",
            "x@2x.png",
            "body('a')?['ownerid@OData.Community.Display.V1.FormattedValue']",
            "_x_value@Microsoft.Dynamics.CRM.lookuplogicalname",
        ] {
            assert!(texts(text).is_empty(), "{text}: {:?}", texts(text));
        }
    }
}
