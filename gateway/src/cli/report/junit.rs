//! Results as JUnit XML, for build servers.

use quick_xml::Writer;
use quick_xml::events::{BytesText, Event};

/// One thing that was tried.
pub(in crate::cli) struct Case {
    /// What it belongs to: a file.
    pub(in crate::cli) class: String,
    /// What it is called.
    pub(in crate::cli) name: String,
    /// What is wrong; `None` where all is well.
    pub(in crate::cli) failure: Option<String>,
    /// What else there is to say.
    pub(in crate::cli) note: Option<String>,
}

/// One suite of cases.
pub(in crate::cli) fn suite(name: &str, cases: &[Case]) -> std::io::Result<String> {
    let tests = cases.len().to_string();
    let failures = cases.iter().filter(|case| case.failure.is_some()).count().to_string();
    let totals = [("name", name), ("tests", &tests), ("failures", &failures)];
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(quick_xml::events::BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer.create_element("testsuites").with_attributes(totals).write_inner_content(|writer| {
        let suite = writer.create_element("testsuite").with_attributes(totals);
        suite.write_inner_content(|writer| cases.iter().try_for_each(|case| write(writer, case)))?;
        Ok(())
    })?;
    Ok(String::from_utf8_lossy(&writer.into_inner()).into_owned())
}

fn write(writer: &mut Writer<Vec<u8>>, case: &Case) -> std::io::Result<()> {
    let names = [("classname", case.class.as_str()), ("name", case.name.as_str())];
    let element = writer.create_element("testcase").with_attributes(names);
    element.write_inner_content(|writer| {
        if let Some(failure) = &case.failure {
            let message = visible(failure.lines().next().unwrap_or_default());
            let element = writer.create_element("failure").with_attribute(("message", message.as_str()));
            element.write_text_content(BytesText::new(&visible(failure)))?;
        }
        if let Some(note) = &case.note {
            writer.create_element("system-out").write_text_content(BytesText::new(&visible(note)))?;
        }
        Ok(())
    })?;
    Ok(())
}

/// A text without the characters that XML 1.0 cannot hold.
fn visible(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')).collect()
}
