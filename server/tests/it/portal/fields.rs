//! A form as a browser reads it from a page: what it would send if nobody touched it, and what each field allows.

use std::collections::BTreeMap;

/// A form of a page.
pub struct Fields<'a> {
    html: &'a str,
}

/// A control, with its attributes as the browser reads them.
struct Control<'a> {
    tag: &'a str,
    attributes: BTreeMap<&'a str, String>,
    /// What stands behind the tag.
    rest: &'a str,
}

impl<'a> Fields<'a> {
    /// The one form of the page that is sent there.
    #[track_caller]
    pub fn of(page: &'a str, action: &str) -> Self {
        let mut forms = page.split("<form").skip(1).filter(|form| {
            form.split('>').next().is_some_and(|head| head.contains(&format!("action=\"{action}\"")))
        });
        let form = forms.next().unwrap_or_else(|| panic!("no form leads to {action}:\n{page}"));
        assert!(forms.next().is_none(), "several forms lead to {action}");
        Self { html: form.split("</form>").next().unwrap() }
    }

    /// Names and values in the order of the form.
    pub fn untouched(&self) -> Vec<(String, String)> {
        self.controls()
            .filter_map(|control| Some((control.get("name")?.to_owned(), control.value()?)))
            .collect()
    }

    /// What a number may be at least and at most, as the browser is told.
    #[track_caller]
    pub fn bounds(&self, name: &str) -> (u32, u32) {
        let control = self.controls().find(|control| control.get("name") == Some(name)).unwrap();
        let bound = |end: &str| control.get(end).unwrap().parse().unwrap();
        (bound("min"), bound("max"))
    }

    /// The names of all numbers within a group.
    pub fn numbers(&self, group: &str) -> Vec<String> {
        let within = format!("{group}[");
        let numbers = self.controls().filter(|control| control.get("type") == Some("number"));
        let names = numbers.filter_map(|control| control.get("name").map(str::to_owned));
        names.filter(|name| name.starts_with(&within)).collect()
    }

    fn controls(&self) -> impl Iterator<Item = Control<'a>> {
        self.html.split('<').skip(1).zip(starts(self.html)).filter_map(|(tag, start)| {
            let name = tag.split([' ', '>']).next()?;
            matches!(name, "input" | "select" | "textarea").then(|| Control::read(name, start))
        })
    }
}

/// What follows each `<`.
fn starts(html: &str) -> impl Iterator<Item = &str> + Clone {
    html.match_indices('<').map(|(at, _)| &html[at + 1..])
}

impl<'a> Control<'a> {
    fn read(tag: &'a str, start: &'a str) -> Self {
        let mut attributes = BTreeMap::new();
        let mut rest = &start[tag.len()..];
        loop {
            rest = rest.trim_start();
            if let Some(behind) = rest.strip_prefix("/>").or_else(|| rest.strip_prefix('>')) {
                return Self { tag, attributes, rest: behind };
            }
            let end = rest.find(['=', ' ', '>', '/']).unwrap();
            let (name, behind) = rest.split_at(end);
            let (value, behind) = match behind.strip_prefix("=\"") {
                Some(quoted) => quoted.split_once('"').unwrap(),
                None => ("", behind),
            };
            attributes.insert(name, unescaped(value));
            rest = behind;
        }
    }

    fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).map(String::as_str)
    }

    /// What is sent of it; nothing of a box that is not ticked.
    fn value(&self) -> Option<String> {
        let own = || self.get("value").unwrap_or_default().to_owned();
        match (self.tag, self.get("type")) {
            ("textarea", _) => Some(unescaped(self.rest.split("</textarea>").next()?)),
            ("select", _) => {
                let within = self.rest.split("</select>").next()?;
                let mut options = starts(within).filter(|start| start.starts_with("option"));
                let first = options.clone().next()?;
                let chosen = options.find(|start| Control::read("option", start).get("selected").is_some());
                Some(Control::read("option", chosen.unwrap_or(first)).get("value")?.to_owned())
            }
            (_, Some("checkbox")) => self.get("checked").map(|_| own()),
            _ => Some(own()),
        }
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}
