//! Importing a catalogue: it is given, what it would make different is shown, and then it is imported.

use crate::api::models::{Import, UndoImport, Upload};
use crate::flash::FormState;
use crate::server::{actor, load, missing, next_href, page_of, query};
use control::models;
use domain::ids::ModelUploadId;
use domain::models::imports::{Became, ImportOutcome, ModelChange, ModelImport, ModelUpload};
use domain::paging::Page as PageItems;
use domain::roles::Permission;
use leptos::prelude::*;
use leptos_meta::Title;
use server_fn::ServerFn;
use ui::{
    Badge, Button, ButtonVariant, Card, Column, Confirm, Crumb, DefinitionList, EmptyState, Field, FileInput,
    Form, FormActions, Glyph, KeyValue, LinkButton, Load, Notice, Page, PageHeader, Pager, Row,
    SectionHeader, Table, TextArea, Time, Tone,
};

#[component]
pub fn ImportPage() -> AnyView {
    let page = page_of();
    let list = load(|control, actor| async move { Ok(models::imports(&control, &actor, &page?).await?) });
    let given = query("upload");
    let top =
        if given.is_empty() { view! { <Give/> }.into_any() } else { view! { <Compared given/> }.into_any() };
    view! {
        <Title text="Import a catalogue"/>
        <Page>
            <PageHeader
                title="Import a catalogue"
                lead="Newer prices and models than those that come with the gateway. Of the vendors that it names it says all; others stay."
                breadcrumb=vec![Crumb::new("Models", "/models")]
            />
            <div class="stack stack-wide">
                {top}
                <Load resource=list part=true let:list>
                    <Imports list/>
                </Load>
            </div>
        </Page>
    }
    .into_any()
}

fn barred() -> Option<String> {
    missing(actor().may_on_platform(Permission::ProvidersManage), Permission::ProvidersManage)
}

#[component]
fn Give() -> AnyView {
    let form = FormState::of(Upload::url());
    view! {
        <Card title="Give a catalogue" lead="Comma-separated values in the form of the built-in catalogue. It is checked whole; nothing is changed yet.">
            <Form action=Upload::url() multipart=true>
                <Field name="file" label="File" error=form.error("file")>
                    <FileInput accept=".csv,text/csv"/>
                </Field>
                <Field name="text" label="Or paste it">
                    <TextArea value=form.value("text") rows=6 mono=true placeholder="vendor,model,mode,context,input,output"/>
                </Field>
                <FormActions>
                    <Button variant=ButtonVariant::Primary disabled=barred()>"Show what would change"</Button>
                </FormActions>
            </Form>
        </Card>
    }
    .into_any()
}

#[component]
fn Compared(given: String) -> AnyView {
    let id = given.parse::<ModelUploadId>();
    let compared = load(|control, actor| async move {
        let id = id.map_err(|_| crate::error::AppError::not_found("catalogue"))?;
        Ok(models::uploaded(&control, &actor, &id).await?)
    });
    view! {
        <Load resource=compared part=true let:compared>
            {
                let (upload, outcome) = compared;
                view! { <Difference upload outcome/> }
            }
        </Load>
    }
    .into_any()
}

#[component]
fn Difference(upload: ModelUpload, outcome: ImportOutcome) -> AnyView {
    let ImportOutcome { vendors, models, new, changed, gone, changes, .. } = outcome;
    let total = usize::try_from(new.saturating_add(changed).saturating_add(gone)).unwrap_or(usize::MAX);
    let rest = total.saturating_sub(changes.len());
    let rest = (rest > 0).then(|| view! { <p class="small soft">{format!("And {rest} more.")}</p> });
    let same = (total == 0).then(|| {
        view! { <Notice tone=Tone::Info>"It says what is known already; only dates and sources may differ."</Notice> }
    });
    let columns = vec![Column::new("Model"), Column::shrink("Becomes"), Column::new("What is different")];
    let rows = changes.into_iter().map(row).collect();
    let table = (total > 0).then(|| view! { <Table caption="What would change" columns rows/> });
    view! {
        <Card title="What would change" lead="Nothing of it is in effect yet.">
            <DefinitionList across=true>
                <KeyValue label="Models in it">{models}</KeyValue>
                <KeyValue label="New">{new}</KeyValue>
                <KeyValue label="Changed">{changed}</KeyValue>
                <KeyValue label="Gone">{gone}</KeyValue>
                <KeyValue label="Vendors">{vendors.join(", ")}</KeyValue>
                <KeyValue label="Given by">{upload.by}</KeyValue>
            </DefinitionList>
            {same}
            <Form action=Import::url() hidden=vec![("upload", upload.id.to_string())]>
                <FormActions>
                    <Button variant=ButtonVariant::Primary disabled=barred()>"Import it"</Button>
                    <LinkButton href="/models/import" variant=ButtonVariant::Quiet>"Give another one"</LinkButton>
                </FormActions>
            </Form>
            {table}
            {rest}
        </Card>
    }
    .into_any()
}

fn row(change: ModelChange) -> Row {
    let tone = match change.became {
        Became::New => Tone::Good,
        Became::Changed => Tone::Info,
        Became::Gone => Tone::Danger,
    };
    let facts = change.facts.into_iter().map(|fact| {
        let or_nothing = |text: String| if text.is_empty() { "nothing".to_owned() } else { text };
        let (before, after) = (or_nothing(fact.before), or_nothing(fact.after));
        view! { <div class="break">{format!("{}: {before} → {after}", fact.field.replace('_', " "))}</div> }
    });
    Row::new()
        .cell(view! { <span class="break">{change.id}</span> <span class="cell-sub">{change.vendor}</span> })
        .cell(view! { <Badge label=change.became.to_string() tone/> })
        .cell(facts.collect_view())
}

#[component]
fn Imports(list: PageItems<ModelImport>) -> AnyView {
    let next_href = next_href(list.next.as_deref());
    let undo = (!list.items.is_empty() && query("cursor").is_empty()).then(|| {
        view! {
            <Confirm
                id="undo-import"
                label="Undo the last import"
                title="Undo the last import?"
                text="What its vendors' models were before it, they are again, at once."
                action=UndoImport::url()
                confirm="Undo it"
                disabled=barred()
            />
        }
    });
    let columns = vec![
        Column::new("When"),
        Column::new("By"),
        Column::new("Vendors"),
        Column::number("New"),
        Column::number("Changed"),
        Column::number("Gone"),
    ];
    let rows = list.items.into_iter().map(|import| {
        let vendors =
            if import.vendors.is_empty() { "replaced since".to_owned() } else { import.vendors.join(", ") };
        Row::new()
            .cell(view! { <Time at=import.at.timestamp_millis()/> })
            .cell(import.by)
            .cell(vendors)
            .cell(import.new)
            .cell(import.changed)
            .cell(import.gone)
    });
    let empty = view! {
        <EmptyState
            glyph=Glyph::Model
            title="Nothing was imported"
            text="The catalogue that comes with the gateway is in effect."
        />
    };
    view! {
        <section class="stack">
            <SectionHeader title="Imports" lead="Of each vendor the newest is in effect."/>
            <Table caption="Imports, newest first" columns rows=rows.collect() empty/>
            <Pager next_href/>
            {undo}
        </section>
    }
    .into_any()
}
