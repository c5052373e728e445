using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace ReuseBench.Browser.Tests;

/// <summary>What a reader of report.html sees, with and without script, on screen, phone and paper.</summary>
public sealed class PageTests(Chromium chromium, Samples samples) : IClassFixture<Samples>
{
    public static TheoryData<string> All => [nameof(Samples.Real), nameof(Samples.TwentySeries), nameof(Samples.Hostile), nameof(Samples.Document)];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Nothing_is_asked_for_and_nothing_is_wrong(string sample)
    {
        await using OpenReport report = await OpenReport.At(chromium, samples.Of(sample));
        // Each click that the page offers, once.
        await report.Page.EvaluateAsync("document.querySelectorAll('button').forEach(b => b.click())");
        await report.Page.EvaluateAsync("document.querySelectorAll('.anchor').forEach(a => a.click())");

        Assert.Empty(report.Complaints);
        Assert.False(await report.Page.EvaluateAsync<bool>("'attacked' in window"));
        Assert.Equal(1, await report.Page.Locator("script").CountAsync());
    }

    [Fact]
    public async Task The_policy_of_the_page_stops_what_would_ask_for_something()
    {
        await using OpenReport report = await OpenReport.At(chromium, samples.Document);

        string stopped = await report.Page.EvaluateAsync<string>(
            """
            () => new Promise(done => {
              document.addEventListener('securitypolicyviolation', e => done(e.effectiveDirective));
              const image = new Image();
              image.src = 'https://example.invalid/x.png';
              document.body.append(image);
            })
            """);

        Assert.Equal("img-src", stopped);
        Assert.Equal(
            "script-src-attr",
            await report.Page.EvaluateAsync<string>(
                """
                () => new Promise(done => {
                  document.addEventListener('securitypolicyviolation', e => done(e.effectiveDirective));
                  document.body.insertAdjacentHTML('beforeend', '<b onclick="window.attacked = true">x</b>');
                  document.body.lastElementChild.click();
                })
                """));
    }

    [Fact]
    public async Task A_click_on_a_head_sorts_by_value_up_down_and_back()
    {
        await using OpenReport report = await OpenReport.At(chromium, samples.Document);
        ILocator rate = report.Table(Samples.Speeds).GetByRole(AriaRole.Columnheader, new() { Name = "Rate (k requests/s)" });

        await rate.GetByRole(AriaRole.Button).ClickAsync();
        Assert.Equal("ascending", await rate.GetAttributeAsync("aria-sort"));
        Assert.Equal(["single", "reuseport", "shared"], await report.Column(Samples.Speeds, 0));

        await rate.GetByRole(AriaRole.Button).ClickAsync();
        Assert.Equal("descending", await rate.GetAttributeAsync("aria-sort"));
        Assert.Equal(["reuseport", "single", "shared"], await report.Column(Samples.Speeds, 0));

        await rate.GetByRole(AriaRole.Button).ClickAsync();
        Assert.Equal("none", await rate.GetAttributeAsync("aria-sort"));
        Assert.Equal(["single", "shared", "reuseport"], await report.Column(Samples.Speeds, 0));
    }

    [Fact]
    public async Task The_keyboard_sorts_too_and_units_count()
    {
        await using OpenReport report = await OpenReport.At(chromium, samples.Document);
        ILocator p99 = report.Table(Samples.Speeds).GetByRole(AriaRole.Button, new() { Name = "p99" });

        await p99.FocusAsync();
        await report.Page.Keyboard.PressAsync("Enter");

        Assert.Equal(["900 µs", "1.2 ms", "15 ms"], await report.Column(Samples.Speeds, 2));
    }

    [Fact]
    public async Task A_long_table_is_filtered_by_words()
    {
        await using OpenReport report = await OpenReport.At(chromium, samples.Document);
        await report.Page.GetByText("Every cell").ClickAsync();

        await report.Page.GetByRole(AriaRole.Searchbox).FillAsync("ROW 1");

        Assert.Equal(["row 1", "row 10", "row 11", "row 12"], await report.Column(Samples.Many, 0));
        Assert.Equal("4 of 12 rows", (await report.Page.Locator(".filter [role=status]").TextContentAsync())!.Trim());
        await report.Page.GetByRole(AriaRole.Searchbox).FillAsync("");
        Assert.Equal(12, (await report.Column(Samples.Many, 0)).Length);
    }

    [Fact]
    public async Task The_pointer_over_a_mark_shows_its_value()
    {
        await using OpenReport report = await OpenReport.At(chromium, samples.Document);
        ILocator sheet = report.Page.Locator(".sheet");
        await sheet.ScrollIntoViewIfNeededAsync();
        LocatorBoundingBoxResult box = (await sheet.BoundingBoxAsync())!;

        // Beside the mark of 7 series, 3 workers.
        await report.Page.Mouse.MoveAsync(box.X + (box.Width * 3 / 11) + 3, box.Y + (box.Height * 7 / 21) + 2);
        Assert.Equal("series 7, 3 workers: 7003 requests/s", await sheet.Locator(".tip").TextContentAsync());
        Assert.True(await sheet.Locator(".tip").IsVisibleAsync());

        await report.Page.Keyboard.PressAsync("Escape");
        Assert.False(await sheet.Locator(".tip").IsVisibleAsync());
    }

    [Fact]
    public async Task One_series_alone_is_marked_and_pointed_at()
    {
        await using OpenReport report = await OpenReport.At(chromium, samples.Document);
        ILocator figure = report.Page.Locator("figure.chart");
        ILocator series = figure.GetByRole(AriaRole.Button, new() { Name = "series 4", Exact = true });

        await series.ClickAsync();
        Assert.Equal("true", await series.GetAttributeAsync("aria-pressed"));
        Assert.Equal(10, await figure.Locator(".ring:visible").CountAsync());
        LocatorBoundingBoxResult box = (await figure.Locator(".sheet").BoundingBoxAsync())!;
        // The mark of series 5 is nearer.
        await report.Page.Mouse.MoveAsync(box.X + (box.Width / 11), box.Y + (box.Height * 4.8f / 21));
        Assert.StartsWith("series 4, 1 workers", await figure.Locator(".tip").TextContentAsync(), StringComparison.Ordinal);

        await series.ClickAsync();
        Assert.Equal("false", await series.GetAttributeAsync("aria-pressed"));
        Assert.Equal(0, await figure.Locator(".ring:visible").CountAsync());
    }

    [Theory]
    [InlineData("series 1", "stroke=\"#0072B2\"", true)]
    [InlineData("series 3", "fill=\"#E0C\"", false)]
    public async Task The_other_series_are_hidden_and_the_axes_stay(string name, string kept, bool sharesItsColour)
    {
        await using OpenReport report = await OpenReport.At(chromium, samples.Document);
        ILocator sheet = report.Page.Locator("figure.chart .sheet");
        ILocator picture = sheet.Locator("img");
        string whole = (await picture.GetAttributeAsync("src"))!;

        await report.Page.Locator("figure.chart").GetByRole(AriaRole.Button, new() { Name = name, Exact = true }).ClickAsync();

        string alone = Uri.UnescapeDataString((await picture.GetAttributeAsync("src"))!);
        string[] marks = ["stroke=\"#0072B2\"", "fill=\"#E0C\"", "fill=\"#D55E00\""];
        Assert.Equal([kept], marks.Where(m => alone.Contains(m, StringComparison.Ordinal)));
        Assert.Contains("1.23456 stays", alone, StringComparison.Ordinal);
        Assert.Equal(sharesItsColour, (await sheet.GetAttributeAsync("class"))!.Contains("alone", StringComparison.Ordinal));
        Assert.True(await picture.EvaluateAsync<bool>("async i => { await i.decode(); return i.naturalWidth > 0; }"));

        await report.Page.EmulateMediaAsync(new() { Media = Media.Print });
        await report.Page.EvaluateAsync("dispatchEvent(new Event('beforeprint'))");
        Assert.Equal(whole, await picture.GetAttributeAsync("src"));
    }

    [Fact]
    public async Task The_values_of_a_chart_can_be_read_as_a_table()
    {
        await using OpenReport report = await OpenReport.At(chromium, samples.Document);

        await report.Page.GetByRole(AriaRole.Button, new() { Name = "Values as a table" }).ClickAsync();

        Assert.Equal(200, await report.Page.Locator(".values tbody tr").CountAsync());
        Assert.Equal("series 11 workers1001 requests/s", await report.Page.Locator(".values tbody tr").First.TextContentAsync());
        ILocator value = report.Page.Locator(".values").GetByRole(AriaRole.Button, new() { Name = "Value" });
        await value.ClickAsync();
        await value.ClickAsync();
        Assert.EndsWith("20010 requests/s", await report.Page.Locator(".values tbody tr").First.TextContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Colours_are_those_of_the_system_until_the_reader_chooses()
    {
        const string Ground = "getComputedStyle(document.documentElement).backgroundColor";
        await using OpenReport dark = await OpenReport.At(chromium, samples.Document, dark: true);
        await using OpenReport light = await OpenReport.At(chromium, samples.Document);

        string darkGround = await dark.Page.EvaluateAsync<string>(Ground);
        Assert.Equal("rgb(255, 255, 255)", await light.Page.EvaluateAsync<string>(Ground));
        Assert.NotEqual("rgb(255, 255, 255)", darkGround);
        // A chart keeps the ground that its colours are chosen for.
        Assert.Equal("rgb(255, 255, 255)", await dark.Page.Locator(".sheet").EvaluateAsync<string>("e => getComputedStyle(e).backgroundColor"));

        await light.Page.GetByRole(AriaRole.Button, new() { Name = "Dark" }).ClickAsync();
        Assert.Equal(darkGround, await light.Page.EvaluateAsync<string>(Ground));
        await light.Page.GetByRole(AriaRole.Button, new() { Name = "Light" }).ClickAsync();
        Assert.Equal("rgb(255, 255, 255)", await light.Page.EvaluateAsync<string>(Ground));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_text_stands_out_from_its_ground(bool dark)
    {
        await using OpenReport report = await OpenReport.At(chromium, samples.Document, dark: dark);
        await report.Page.GetByRole(AriaRole.Button, new() { Name = "Open all details" }).ClickAsync();
        await report.Page.GetByRole(AriaRole.Button, new() { Name = "series 4", Exact = true }).ClickAsync();

        // WCAG 2.2, 1.4.3: 4.5 to 1 for text of this size.
        string[] faint = await report.Page.EvaluateAsync<string[]>(
            """
            () => {
              const rgba = (text) => text.match(/[\d.]+/g).map(Number);
              const light = (c) => {
                const [r, g, b] = c.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
              };
              const ground = (e) => {
                for (; e; e = e.parentElement) {
                  const c = rgba(getComputedStyle(e).backgroundColor);
                  if (c.length === 3 || c[3] === 1) return c.slice(0, 3);
                }
                return [255, 255, 255];
              };
              return [...document.body.querySelectorAll('*')].filter(e => e.tagName !== 'SCRIPT'
                && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
                .map(e => {
                  const [a, b] = [light(rgba(getComputedStyle(e).color).slice(0, 3)), light(ground(e))];
                  return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), `${e.tagName}.${e.className}: ${e.textContent.slice(0, 40)}`];
                })
                .filter(([ratio]) => ratio < 4.5).map(([ratio, what]) => `${ratio.toFixed(2)} ${what}`);
            }
            """);

        Assert.Empty(faint);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task On_a_phone_the_page_does_not_scroll_sideways_and_charts_can_be_read(string sample)
    {
        const double SmallestReadablePx = 9;
        await using OpenReport report = await OpenReport.At(chromium, samples.Of(sample), OpenReport.PhoneWidth);
        await report.Page.EvaluateAsync("document.querySelectorAll('details').forEach(d => { d.open = true; })");

        Assert.Equal(OpenReport.PhoneWidth, await report.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        IReadOnlyList<ILocator> charts = await report.Page.Locator(".sheet img").AllAsync();
        Assert.NotEmpty(charts);
        foreach (ILocator chart in charts)
        {
            string svg = Uri.UnescapeDataString((await chart.GetAttributeAsync("src"))!);
            double smallest = Regex.Matches(svg, "font-size=\"([0-9.]+)\"").Min(m => double.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));
            double scale = await chart.EvaluateAsync<double>("i => i.getBoundingClientRect().width / i.naturalWidth");
            Assert.True(smallest * scale >= SmallestReadablePx, $"{await chart.GetAttributeAsync("alt")}: text of {smallest * scale:0.0} px");
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task On_paper_details_are_open_and_controls_are_gone(string sample)
    {
        await using OpenReport report = await OpenReport.At(chromium, samples.Of(sample), script: sample != nameof(Samples.Document));
        await report.Page.EmulateMediaAsync(new() { Media = Media.Print });

        int[] hidden = await report.Page.Locator("details").EvaluateAllAsync<int[]>(
            "all => all.map((d, i) => d.querySelector('.folded').getBoundingClientRect().height > 0 ? -1 : i).filter(i => i >= 0)");
        Assert.Empty(hidden);
        Assert.Equal(0, await report.Page.Locator(".tools:visible, .filter:visible, .series:visible, .anchor:visible, nav:visible").CountAsync());
        byte[] pdf = await report.Page.PdfAsync(new() { Format = "A4" });
        Assert.Equal("%PDF-"u8, pdf.AsSpan(0, 5));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Every_heading_and_chart_has_a_link_that_leads_to_it(string sample)
    {
        await using OpenReport report = await OpenReport.At(chromium, samples.Of(sample));

        Assert.Equal(
            await report.Page.Locator("h2, h3, figure.chart").CountAsync(),
            await report.Page.Locator("h2 > .anchor, h3 > .anchor, figure.chart .anchor").CountAsync());
        Assert.Empty(await report.Page.Locator("a[href^='#']").EvaluateAllAsync<string[]>(
            "all => all.map(a => a.getAttribute('href').slice(1)).filter(id => !document.getElementById(decodeURIComponent(id)))"));
        Assert.Empty(await report.Page.Locator("[id]").EvaluateAllAsync<string[]>(
            "all => all.map(e => e.id).filter((id, i, ids) => ids.indexOf(id) !== i)"));
    }

    [Fact]
    public async Task A_click_on_the_link_of_a_heading_copies_it()
    {
        await using OpenReport report = await OpenReport.At(chromium, samples.Document);

        await report.Page.GetByRole(AriaRole.Link, new() { Name = "Link to: Verdicts" }).ClickAsync();
        await report.Page.GetByText("link copied").WaitForAsync();

        Assert.EndsWith("#verdicts", report.Page.Url, StringComparison.Ordinal);
        Assert.Equal(report.Page.Url, await report.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
    }

    [Fact]
    public async Task A_link_into_a_detail_opens_it()
    {
        await using OpenReport report = await OpenReport.At(chromium, samples.Document);
        Assert.False(await report.Page.GetByText("This is folded.").IsVisibleAsync());

        await report.Page.EvaluateAsync("location.hash = 'speed-inside'");
        await report.Page.GetByText("This is folded.").WaitForAsync();

        Assert.True(await report.Page.Locator("details").EvaluateAsync<bool>("d => d.open"));
    }

    [Fact]
    public async Task A_link_that_is_encoded_wrongly_breaks_nothing()
    {
        await using OpenReport report = await OpenReport.At(chromium, samples.Document);

        await report.Page.EvaluateAsync(
            """
            () => new Promise(done => {
              addEventListener('hashchange', () => setTimeout(done, 0));
              location.hash = '%';
            })
            """);

        Assert.Empty(report.Complaints);
        Assert.True(await report.Page.GetByRole(AriaRole.Button, new() { Name = "Open all details" }).IsVisibleAsync());
    }

    [Fact]
    public async Task Without_script_the_page_is_complete_and_offers_nothing_that_does_not_work()
    {
        await using OpenReport report = await OpenReport.At(chromium, samples.Document, script: false);

        Assert.Equal(0, await report.Page.Locator("button, input").CountAsync());
        await report.Page.GetByText("Every cell").ClickAsync();
        await report.Page.GetByText("This is folded.").WaitForAsync();
        Assert.True(await report.Page.GetByAltText("Series 1 is ahead.").IsVisibleAsync());
        Assert.Empty(report.Complaints);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Every_chart_is_drawn_and_says_what_it_shows(string sample)
    {
        await using OpenReport report = await OpenReport.At(chromium, samples.Of(sample));

        ILocator charts = report.Page.Locator("figure.chart img");
        Assert.NotEqual(0, await charts.CountAsync());
        Assert.All(await charts.EvaluateAllAsync<string[]>("all => all.map(i => i.alt)"), Assert.NotEmpty);
        Assert.DoesNotContain(0, await charts.EvaluateAllAsync<int[]>("all => all.map(i => i.naturalWidth)"));
    }

    [Fact]
    public async Task The_first_tab_skips_to_the_content()
    {
        await using OpenReport report = await OpenReport.At(chromium, samples.Document);

        await report.Page.Keyboard.PressAsync("Tab");
        await report.Page.Keyboard.PressAsync("Enter");

        Assert.Equal("content", await report.Page.EvaluateAsync<string>("document.activeElement.id"));
    }

    [Fact]
    public async Task Screenshots_for_looking_at_are_written_on_request()
    {
        string? folder = Environment.GetEnvironmentVariable("REUSEBENCH_PICTURES");
        Assert.SkipWhen(folder is null, "set REUSEBENCH_PICTURES to a folder to have screenshots and PDFs of the reports written there");

        Directory.CreateDirectory(folder!);
        foreach (string sample in All.Select(a => a.Data))
        {
            foreach ((string name, int width, bool dark) in new[] { ("wide", 1280, false), ("dark", 1280, true), ("phone", OpenReport.PhoneWidth, false) })
            {
                await using OpenReport report = await OpenReport.At(chromium, samples.Of(sample), width, dark);
                string path = Path.Combine(folder!, $"{sample}-{name}.png");
                await report.Page.ScreenshotAsync(new() { Path = path });
                await report.Page.ScreenshotAsync(new() { Path = Path.ChangeExtension(path, ".whole.png"), FullPage = true });
                Assert.True(File.Exists(path));
            }

            File.Copy(samples.Of(sample), Path.Combine(folder!, $"{sample}.html"), overwrite: true);
            await using OpenReport paper = await OpenReport.At(chromium, samples.Of(sample));
            await paper.Page.PdfAsync(new() { Path = Path.Combine(folder!, $"{sample}.pdf"), Format = "A4" });
        }
    }
}
