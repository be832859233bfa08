//! Adding a model to a connection that no catalogue has.

use super::plain;
use crate::api::models::Create;
use crate::flash::FormState;
use crate::server::{load, query};
use control::models;
use domain::models::entries::{ModelShelf, ShownPrice};
use domain::models::words::{Feature, Figure, Modality, Mode};
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use ui::{
    Button, ButtonVariant, Card, Choice, Crumb, EmptyState, Field, FieldRow, Fieldset, Form, FormActions,
    Glyph, Load, Page, PageHeader, Select, TextArea, TextInput,
};

#[component]
pub fn NewModel() -> AnyView {
    let shelves = load(|control, actor| async move { Ok(models::shelves(&control, &actor).await?) });
    view! {
        <Title text="Add a model"/>
        <Page>
            <PageHeader
                title="Add a model"
                lead="One that no catalogue has: of your own machines, fine-tuned, or too new."
                breadcrumb=vec![Crumb::new("Models", "/models")]
            />
            <Load resource=shelves let:shelves>
                <Connected shelves=shelves/>
            </Load>
        </Page>
    }
    .into_any()
}

#[component]
fn Connected(shelves: Vec<ModelShelf>) -> AnyView {
    let connected = shelves.into_iter().filter(|shelf| shelf.connected);
    let options: Vec<Choice> = connected
        .map(|shelf| Choice::new(shelf.provider, format!("{} ({})", shelf.name, shelf.vendor)))
        .collect();
    if options.is_empty() {
        return view! {
            <EmptyState
                glyph=Glyph::Provider
                title="No provider is connected"
                text="A model belongs to a connection: connect a provider first."
            />
        }
        .into_any();
    }
    view! { <div class="narrow"><NewForm options/></div> }.into_any()
}

fn words(all: impl Iterator<Item = &'static str>) -> String {
    format!("Between commas, out of: {}.", all.collect::<Vec<_>>().join(", "))
}

#[component]
fn NewForm(options: Vec<Choice>) -> AnyView {
    let form = FormState::of(Create::url());
    let modes = Mode::ALL.iter().map(|mode| Choice::new(mode.as_str(), plain(mode.as_str()))).collect();
    let mode = form.value_or("mode", Mode::Chat.as_str());
    let provider = form.value_or("provider", &query("provider"));
    view! {
        <Card>
            <Form action=Create::url()>
                <Field name="provider" label="Connection" error=form.error("provider") required=true>
                    <Select options value=provider/>
                </Field>
                <Field
                    name="id"
                    label="Name"
                    hint="As the vendor wants to hear it, without spaces."
                    error=form.error("id")
                    required=true
                >
                    <TextInput value=form.value("id") maxlength=200 mono=true/>
                </Field>
                <Field name="aliases" label="Other names" hint="Between commas." error=part(form, "aliases")>
                    <TextInput value=form.value("aliases") mono=true/>
                </Field>
                <Field name="mode" label="Mode" error=form.error("mode") required=true>
                    <Select options=modes value=mode/>
                </Field>
                <Limits form/>
                <WordFields form/>
                <PriceInputs form typed=Typed::default()/>
                <FormActions><Button variant=ButtonVariant::Primary>"Add the model"</Button></FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

#[component]
fn Limits(form: FormState) -> AnyView {
    view! {
        <Fieldset legend="Limits" hint="What is left empty is unknown.">
            <FieldRow>
                {number(form, "context", "Context, in tokens")}
                {number(form, "max_output", "Longest output, in tokens")}
                {number(form, "dimensions", "Numbers of a vector")}
            </FieldRow>
        </Fieldset>
    }
    .into_any()
}

fn number(form: FormState, name: &'static str, label: &'static str) -> AnyView {
    let (value, error) = (form.value(name), form.error(name));
    view! { <Field name label error><TextInput value/></Field> }.into_any()
}

#[component]
fn WordFields(form: FormState) -> AnyView {
    let modalities = || words(Modality::ALL.iter().map(|word| word.as_str()));
    let features = words(Feature::ALL.iter().map(|word| word.as_str()));
    view! {
        <Fieldset legend="Abilities">
            <Field name="reads" label="Takes" hint=modalities() error=part(form, "reads")>
                <TextInput value=form.value("reads") placeholder="text, image"/>
            </Field>
            <Field name="writes" label="Gives" hint=modalities() error=part(form, "writes")>
                <TextInput value=form.value("writes") placeholder="text"/>
            </Field>
            <Field name="features" label="Features" hint=features error=part(form, "features")>
                <TextInput value=form.value("features") placeholder="tools, json_schema"/>
            </Field>
        </Fieldset>
    }
    .into_any()
}

/// What is wrong with a list, or with the first of its words.
fn part(form: FormState, field: &str) -> Option<String> {
    form.errors_within(field).into_iter().next().map(|(_, message)| message)
}

/// Figures that have a field of their own.
const FIELDS: [(Figure, &str, &str); 4] = [
    (Figure::Input, "input", "Input"),
    (Figure::Output, "output", "Output"),
    (Figure::CacheRead, "cache_read", "Read from the cache"),
    (Figure::CacheWrite, "cache_write", "Written to the cache"),
];

/// Prices in the form in which they are typed.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// In the order of the fields.
    named: Vec<String>,
    /// A line each.
    others: String,
}

impl Typed {
    /// Those of a region are left out: a connection has one.
    pub fn of(prices: &[ShownPrice]) -> Self {
        let here = || prices.iter().filter(|price| price.region.is_empty());
        let is_standard = |price: &&ShownPrice| price.service.is_empty() && price.above == 0;
        let standard = here().find(is_standard);
        let dollars = |figure| standard.and_then(|price| price.dollars.get(&figure)).cloned();
        let has_field = |figure: &Figure| FIELDS.iter().any(|(field, ..)| field == figure);
        let lines = here().filter_map(|price| {
            let all = !is_standard(&price);
            let kept = price.dollars.iter().filter(|(figure, _)| all || !has_field(figure));
            let words: Vec<String> = kept.map(|(figure, dollars)| format!("{figure}={dollars}")).collect();
            let above = (price.above > 0).then(|| format!("above={}", price.above));
            let service = Some(price.service.clone()).filter(|service| !service.is_empty());
            let whose = service.into_iter().chain(above);
            (!words.is_empty()).then(|| whose.chain(words.clone()).collect::<Vec<_>>().join(" "))
        });
        Self {
            others: lines.collect::<Vec<_>>().join("\n"),
            named: FIELDS.iter().map(|(figure, ..)| dollars(*figure).unwrap_or_default()).collect(),
        }
    }
}

/// The fields of prices.
#[component]
pub fn PriceInputs(form: FormState, typed: Typed) -> AnyView {
    let mut elsewhere = Vec::new();
    for (field, message) in form.errors_within("prices") {
        if !FIELDS.iter().any(|(_, name, _)| field == format!("prices[0].dollars.{name}")) {
            let place =
                field.strip_prefix("prices").unwrap_or_default().trim_start_matches(['[', '0', ']', '.']);
            elsewhere.push(format!("{place} {message}").trim().to_owned());
        }
    }
    let others = form.error("others").or_else(|| elsewhere.into_iter().next());
    let stored = typed.named.into_iter().chain(std::iter::repeat(String::new()));
    let fields = FIELDS.iter().zip(stored).map(|((_, name, label), stored)| {
        let error = form.error(&format!("prices[0].dollars.{name}"));
        let value = form.value_or(name, &stored);
        view! { <Field name=*name label=*label error><TextInput value prefix="$" mono=true/></Field> }
    });
    let fields = fields.collect_view();
    let hint = "A service or a length a line, such as: batch input=1.25 output=5. Or: above=200000 input=4. A line without \
                these adds to the standard prices: search=10 image=0.04.";
    view! {
        <Fieldset legend="Prices" hint="Dollars for a million tokens, such as 0.075.">
            <FieldRow>{fields}</FieldRow>
            <Field name="others" label="Other prices" hint error=others>
                <TextArea value=form.value_or("others", &typed.others) rows=3 mono=true/>
            </Field>
        </Fieldset>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(service: &str, above: u64, dollars: &[(Figure, &str)]) -> ShownPrice {
        let dollars = dollars.iter().map(|(figure, text)| (*figure, (*text).to_owned())).collect();
        ShownPrice { region: String::new(), service: service.to_owned(), above, dollars }
    }

    #[test]
    fn prices_are_put_into_the_fields_that_they_are_typed_in() {
        let typed = Typed::of(&[
            price("", 0, &[(Figure::Input, "3"), (Figure::Output, "15"), (Figure::Search, "10")]),
            price("", 200_000, &[(Figure::Input, "6")]),
            price("batch", 0, &[(Figure::Input, "1.5"), (Figure::Output, "7.5")]),
            ShownPrice { region: "eu".to_owned(), ..price("", 0, &[(Figure::Input, "4")]) },
        ]);
        assert_eq!(typed.named, ["3", "15", "", ""]);
        assert_eq!(typed.others, "search=10\nabove=200000 input=6\nbatch input=1.5 output=7.5");
    }
}
