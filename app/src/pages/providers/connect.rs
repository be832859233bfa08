//! Connecting to a vendor: first which, then what it asks.

use super::fields::{ConnectionFields, SecretField};
use super::{barred, forms};
use crate::api::providers::Create;
use crate::flash::FormState;
use crate::server::{load, query, set_status};
use domain::providers::{KeyForm, VendorForm};
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use ui::{
    Button, ButtonVariant, Card, Crumb, EmptyState, Field, FilterBar, Form, FormActions, Glyph, LinkButton,
    LinkList, LinkRow, Load, Page, PageHeader, SearchBox, TextInput,
};

/// Vendors that are looked for in the same place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    Vendors,
    Clouds,
    Own,
}

impl Group {
    const ALL: [Self; 3] = [Self::Vendors, Self::Clouds, Self::Own];

    const fn title(self) -> &'static str {
        match self {
            Self::Vendors => "Vendors and hosts of models",
            Self::Clouds => "Clouds",
            Self::Own => "Your own servers, and whatever speaks as they do",
        }
    }

    /// Clouds sign calls or have an address for each customer; one's own servers have no address that is known.
    fn of(form: &VendorForm) -> Self {
        match form.key {
            KeyForm::Sigv4 | KeyForm::ServiceAccount | KeyForm::ApiKey => Self::Clouds,
            _ if form.base_url.is_empty() || form.base_url.starts_with('{') => Self::Own,
            _ => Self::Vendors,
        }
    }
}

#[component]
pub fn NewProvider() -> AnyView {
    let forms = load(|control, actor| async move { forms(&control, &actor) });
    let kind = query("kind");
    view! {
        <Title text="Connect a vendor"/>
        <Page>
            <Load resource=forms let:forms>
                {
                    let chosen = forms.iter().find(|form| form.id == kind).cloned();
                    match chosen {
                        Some(vendor) => view! { <Connect vendor/> }.into_any(),
                        None if kind.is_empty() => view! { <Choose forms/> }.into_any(),
                        None => view! { <Unknown/> }.into_any(),
                    }
                }
            </Load>
        </Page>
    }
    .into_any()
}

#[component]
fn Head(title: String, lead: &'static str) -> AnyView {
    view! { <PageHeader title lead breadcrumb=vec![Crumb::new("Providers", "/providers")]/> }.into_any()
}

#[component]
fn Unknown() -> AnyView {
    set_status(404);
    let action = view! { <LinkButton href="/providers/new">"All vendors"</LinkButton> };
    view! { <EmptyState glyph=Glyph::Provider title="No vendor of this name is known" action/> }.into_any()
}

#[component]
fn Choose(forms: Vec<VendorForm>) -> AnyView {
    let search = query("q");
    let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
    let matches = |form: &&VendorForm| {
        let text = format!("{} {}", form.name, form.id).to_lowercase();
        words.iter().all(|word| text.contains(word))
    };
    let found: Vec<&VendorForm> = forms.iter().filter(matches).collect();
    let nothing = found.is_empty().then(|| {
        let action = view! { <LinkButton href="/providers/new">"All vendors"</LinkButton> };
        view! {
            <EmptyState
                glyph=Glyph::Search
                title="No vendor matches"
                text="Whatever speaks as OpenAI does can be connected as OpenAI-compatible."
                action
            />
        }
    });
    let groups = Group::ALL.map(|group| {
        let mut of_group: Vec<&VendorForm> =
            found.iter().copied().filter(|form| Group::of(form) == group).collect();
        of_group.sort_by_key(|form| form.name.to_lowercase());
        (!of_group.is_empty()).then(|| vendors(group.title(), &of_group))
    });
    view! {
        <Head title="Connect a vendor".to_owned() lead="Whose models are to be called?"/>
        <FilterBar action="/providers/new" label="Search vendors" clear=(!search.is_empty()).then_some("/providers/new")>
            <SearchBox value=search label="Search vendors"/>
        </FilterBar>
        {nothing}
        <div class="stack">{groups.into_iter().collect_view()}</div>
    }
    .into_any()
}

fn vendors(title: &'static str, forms: &[&VendorForm]) -> AnyView {
    let rows = forms.iter().map(|form| {
        let href = format!("/providers/new?kind={}", form.id);
        let asked: Vec<&str> = form.fields.iter().map(|field| field.label.as_str()).collect();
        let text = if form.base_url.starts_with("http") { form.base_url.clone() } else { asked.join(", ") };
        view! { <LinkRow href title=form.name.clone() text glyph=Glyph::Provider/> }
    });
    let rows = rows.collect_view();
    view! { <Card title flush=true><LinkList>{rows}</LinkList></Card> }.into_any()
}

#[component]
fn Connect(vendor: VendorForm) -> AnyView {
    let form = FormState::of(Create::url());
    let docs = (!vendor.docs.is_empty()).then(|| {
        view! { <LinkButton href=vendor.docs.clone() glyph=Glyph::External>"Its documentation"</LinkButton> }
    });
    let first_key = (vendor.key != KeyForm::None).then(|| view! { <FirstKey form vendor=vendor.clone()/> });
    let name = vendor.name.clone();
    view! {
        <Head title=format!("Connect {name}") lead="You can add more keys once it is connected."/>
        <div class="narrow">
            <Form action=Create::url() hidden=vec![("kind", vendor.id.clone())]>
                <Card title="Connection" actions=view! { {docs} }>
                    <div class="stack"><ConnectionFields form vendor name/></div>
                </Card>
                {first_key}
                <FormActions>
                    <Button variant=ButtonVariant::Primary disabled=barred()>"Connect"</Button>
                    <LinkButton href="/providers/new">"Another vendor"</LinkButton>
                </FormActions>
            </Form>
        </div>
    }
    .into_any()
}

#[component]
fn FirstKey(form: FormState, vendor: VendorForm) -> AnyView {
    view! {
        <Card title="First key" lead="Without one nothing is called, unless the server asks for none.">
            <div class="stack">
                <Field name="key_name" label="Name of the key" hint="By which you tell keys apart." error=form.error("keys[0].name") quiet=true>
                    <TextInput value=form.value_or("key_name", "first") maxlength=80/>
                </Field>
                <SecretField vendor error=form.error("keys[0].secret") required=false/>
            </div>
        </Card>
    }
    .into_any()
}
