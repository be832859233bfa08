//! Budgets through the portal, and the limits of plans that only models have.

use super::trade::Trade;
use domain::roles::PlatformRole;

#[tokio::test]
async fn a_budget_is_set_changed_and_taken_away() {
    let trade = Trade::new().await;
    let mut petra = trade.browser("petra").await;
    petra.get("/budgets").await.shows("No budgets yet").shows("API: ");
    let api = trade.api.api.id.to_string();
    let wrong = [("subject", api.as_str()), ("unit", "nano"), ("amount", "1,5"), ("period", "month")];
    petra
        .submit("/budgets", "/api/budgets/create", &wrong)
        .await
        .shows("Expected dollars such as 0.075")
        .shows("1,5");
    let right = [wrong[0], wrong[1], ("amount", "12.5"), wrong[3]];
    let set = petra.submit("/budgets", "/api/budgets/create", &right).await;
    set.shows("holds from now on").shows("$0.00 of $12.50 a month").shows("$12.50");
    let href = set.body.split("href=\"/budgets/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let page = format!("/budgets/{href}");
    petra.get(&page).await.shows("Budget of").shows("value=\"12.50\"");
    let more = [("budget", href.as_str()), ("amount", "20")];
    petra.submit(&page, "/api/budgets/update", &more).await.shows("$0.00 of $20.00 a month");
    let mut fritz = trade.foreigner().await;
    fritz.get("/budgets").await.lacks("$20.00").lacks("Pets");
    petra.submit(&page, "/api/budgets/delete", &[("budget", &href)]).await.shows("No budgets yet");
}

#[tokio::test]
async fn operators_set_budgets_on_teams_and_decide_about_unknown_prices() {
    let trade = Trade::new().await;
    trade.portal.account("ada", PlatformRole::Administrator).await;
    let mut ada = trade.browser("ada").await;
    ada.get("/budgets").await.shows("Team: Shelter").shows("Team: Storefront");
    let team = trade.api.api.team.to_string();
    let fields = [("subject", team.as_str()), ("unit", "tokens"), ("amount", "1 000"), ("period", "day")];
    ada.submit("/budgets", "/api/budgets/create", &fields).await.shows("0 tokens of 1,000 tokens a day");
    let mut petra = trade.browser("petra").await;
    petra.get("/budgets").await.shows("Shelter").lacks("Team: Shelter");
    let settings = [("name", "House"), ("keep_calls_days", "30"), ("unknown_price", "refuse")];
    ada.submit("/settings", "/api/settings/update", &settings).await.shows("The settings are saved");
    let kept = control::settings::get(trade.control()).await.unwrap();
    assert_eq!(kept.unknown_price, domain::settings::UnknownPrice::Refuse);
}
