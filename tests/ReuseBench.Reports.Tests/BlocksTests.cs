using System.Text.RegularExpressions;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Render;

namespace ReuseBench.Reports.Tests;

/// <summary>Each kind of block in both formats.</summary>
public sealed partial class BlocksTests
{
    private const string Attack = "</summary><script>alert(1)</script> \"quoted\" [x](y) `a` | b";

    [Fact]
    public void A_fold_is_a_detail_in_both_formats_and_what_is_in_it_is_written_as_outside()
    {
        Fold fold = new("Every & cell", [new Paragraph("1 < 2"), new Table("Caption.", ["A"], [["b"]])]);

        Assert.Equal(
            "<details>\n<summary>Every &amp; cell</summary>\n\n1 \\< 2\n\nCaption.\n\n| A |\n| --- |\n| b |\n\n</details>\n",
            MarkdownWriter.Body([fold]));
        string html = Html(fold);
        Assert.Contains("<details><summary>Every &amp; cell</summary><div class=\"folded\">\n<p>1 &lt; 2</p>\n<p id=", html, StringComparison.Ordinal);
        Assert.Contains("<td>b</td>", html, StringComparison.Ordinal);
        Assert.Equal(Count(html, "<details>"), Count(html, "</details>"));
    }

    [Fact]
    public void A_lead_gives_question_results_advice_and_totals()
    {
        Lead lead = new("Which?", ["This one."], ["Use it."], [new Tile("3", "invalid") { Grade = Grade.Invalid }, new Tile("9", "repeats")]);

        Assert.Equal(
            "**Which?**\n\n- This one.\n\nWhat to do next:\n\n- Use it.\n\n[✗ 3 invalid](#verdicts) · 9 repeats\n", MarkdownWriter.Body([lead]));
        string html = Html(lead);
        Assert.Contains("<p class=\"question\">Which?</p>", html, StringComparison.Ordinal);
        Assert.Contains("<a class=\"tile invalid\" href=\"#verdicts\"><b>✗ 3</b> invalid</a>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_column_of_numbers_is_aligned_right_and_sorted_by_value()
    {
        Table table = new(
            "Caption.", ["Name", "Rate", "Share", "Text"],
            [["a", "9.5 k", "12 % *", "2 of a kind"], ["b", "–", "3.1 % (1.0 to 5.2)", "4"], ["c", "1,024", "< 2 %", "5"]]);

        Assert.Contains("| --- | --: | --: | --- |", MarkdownWriter.Body([table]), StringComparison.Ordinal);
        string html = Html(table);
        Assert.Contains("<th class=\"number\" scope=\"col\">Rate</th>", html, StringComparison.Ordinal);
        // What the text begins with is not said twice.
        Assert.Equal(["9500", "1024", "2"], SortValue().Matches(html).Select(m => m.Groups[1].Value));
        Assert.DoesNotContain("style=\"", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.2 ms", 0.0012, "a unit of time counts")]
    [InlineData("900 µs", 0.0009, "and is told apart")]
    [InlineData("26.4 k connections/s", 26_400.0, "a prefix, too")]
    [InlineData("-3", -3.0, "a sign")]
    [InlineData("≥ 5 s", 5.0, "a bound")]
    [InlineData("– (1 invalid)", null, "no value")]
    [InlineData("16 (more than cores)", 16.0, "a remark")]
    [InlineData("٣", null, "digits that no program here writes are text")]
    public void An_entry_is_sorted_by_the_number_that_it_begins_with(string text, double? value, string why) =>
        Assert.True(Numbers.SortValue(new Entry(text)) is var got && (got is null ? value is null : Math.Abs(got.Value - value!.Value) < 1e-9), why);

    [Fact]
    public void What_a_column_and_an_entry_say_of_themselves_goes_before_what_they_look_like()
    {
        Table table = new(
            "Caption.",
            [new Column("p99") { Unit = "µs" }, new Column("Port") { IsNumber = false }],
            [[new Entry("many") { Sort = 7 }, "80"], ["3", "443"]]);

        Assert.Contains("| p99 (µs) | Port |\n| --: | --- |", MarkdownWriter.Body([table]), StringComparison.Ordinal);
        Assert.Equal(["7"], SortValue().Matches(Html(table)).Select(m => m.Groups[1].Value));
    }

    [Fact]
    public void A_row_that_is_short_ends_in_empty_entries()
    {
        Table table = new("Caption.", ["A", "B"], [["1", "2"], ["3"]]);

        Assert.Equal(2, Count(Html(table), "<tr>\n<td"));
        Assert.Contains("<td class=\"number\">3</td>\n<td class=\"number\"></td>", Html(table), StringComparison.Ordinal);
    }

    [Fact]
    public void A_verdict_is_a_mark_with_its_reason_and_a_link()
    {
        Table table = new("Caption.", [new Column("Rate"), new Column("Verdict")], [[
            new Entry("5") { Marks = [new VerdictMark(Grade.Limited, "cpu-steal", "The hypervisor took \"much\".")] },
            new Entry("") { Marks = [new VerdictMark(Grade.Invalid, "client-saturated", "Busy."), new VerdictMark(Grade.Ok, "ok", "")] },
        ]]);

        Assert.Contains(
            "| 5 [!](#verdicts \"limited: cpu-steal: The hypervisor took \\\"much\\\".\") "
                + "| [✗ client-saturated](#verdicts \"invalid: client-saturated: Busy.\") [✓ ok](#verdicts \"ok\") |",
            MarkdownWriter.Body([table]), StringComparison.Ordinal);
        string html = Html(table);
        Assert.Contains(
            "<a href=\"#verdicts\" class=\"mark limited\" aria-label=\"limited: cpu-steal\" "
                + "title=\"limited: cpu-steal: The hypervisor took &quot;much&quot;.\">!</a>",
            html, StringComparison.Ordinal);
        Assert.Contains("class=\"mark invalid\"", html, StringComparison.Ordinal);
        Assert.Contains("class=\"mark ok\"", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("results.csv", "results.csv", "a file beside the report")]
    [InlineData("charts/a b.svg", "charts/a%20b.svg", "one in a folder")]
    [InlineData("#files", "#files", "a place in the report")]
    [InlineData("javascript:alert(1)", "javascript%3Aalert%281%29", "a script becomes the name of a file")]
    [InlineData("x) [y](z", "x%29%20%5By%5D%28z", "and so does Markdown")]
    public void A_link_leads_to_a_file_or_a_place_and_nowhere_else(string link, string target, string why)
    {
        Table table = new("Caption.", [new Column("File")], [[new Entry("text") { Link = link }]]);

        Assert.True(MarkdownWriter.Body([table]).Contains($"| [text]({target}) |", StringComparison.Ordinal), why);
        Assert.True(Html(table).Contains($"<a href=\"{target}\">text</a>", StringComparison.Ordinal), why);
    }

    [Fact]
    public void Code_keeps_its_lines_and_nothing_in_it_ends_it()
    {
        const string Text = "reusebench run \\\n  --matrix '```'";

        Assert.Equal($"````\n{Text}\n````\n", MarkdownWriter.Body([new Code(Text)]));
        Assert.Contains($"<pre><code>{Text}\n</code></pre>", Html(new Code(Text)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_says_its_finding_and_carries_its_points()
    {
        Picture picture = new("Title", "charts/a.svg", "charts/a.png", "<svg id='#1'><text>50 %&amp;</text></svg>", ["A note."])
        {
            AltText = "reuseport is ahead.",
            Points = [new PicturePoint("a \"b\" <b>'", "2 workers", 0.25, 0.5, "10 k"), new PicturePoint("a \"b\" <b>'", "4 workers", 0.5, 0.123456, "20 k")],
        };

        Assert.StartsWith("![reuseport is ahead.](charts/a.png)", MarkdownWriter.Body([picture]), StringComparison.Ordinal);
        string html = Html(picture);
        Assert.Contains(
            "id=\"chart-a\" data-points='{\"series\":[\"a \\u0022b\\u0022 \\u003Cb\\u003E\\u0027\"],\"points\":[[0,\"2 workers\",0.25,0.5,",
            html, StringComparison.Ordinal);
        Assert.Contains("0.5,0.1235,", html, StringComparison.Ordinal);
        Assert.Contains("\",10000],[", html, StringComparison.Ordinal);
        Assert.Contains("alt=\"reuseport is ahead.\"", html, StringComparison.Ordinal);
        Assert.Contains("src='data:image/svg+xml;charset=utf-8,<svg id=%27%231%27><text>50 %25&amp;amp;</text></svg>'", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Places_in_a_picture_are_rounded_and_its_words_are_not() =>
        Assert.EndsWith(
            "<svg> <rect x=\"1.2\" opacity=\"0.45\" y=\"2\"/> <text x=\"1, 2.3\">1.23456</text> </svg>",
            SvgUri.Of("<svg>\n\t<rect x=\"1.23456\" opacity=\"0.45\" stroke-miterlimit=\"4\" y=\"2\"/>\n"
                + "<text x=\"1, 2.345678\">1.23456</text>\n</svg>"), StringComparison.Ordinal);

    [Fact]
    public void Marks_that_are_clipped_alike_share_their_clip_and_others_keep_theirs() =>
        Assert.EndsWith(
            "<svg> <clipPath id=\"a\"> <rect x=\"1\"/> </clipPath> <g clip-path=\"url(%23a)\"> <path d=\"1\"/>  <g opacity=\"0.5\"> <path d=\"2\"/> </g> "
                + "<g opacity=\"0.5\"/> </g> <clipPath id=\"c\"> <rect x=\"2\"/> </clipPath> <g clip-path=\"url(%23c)\"> <path d=\"3\"/> </g> </svg>",
            SvgUri.Of(
                "<svg>\n<clipPath id=\"a\">\n\t<rect x=\"1\"/>\n</clipPath>\n<g clip-path=\"url(#a)\">\n<path d=\"1\"/>\n</g>\n"
                + "<clipPath id=\"b\">\n\t<rect x=\"1\"/>\n</clipPath>\n<g clip-path=\"url(#b)\">\n"
                + "<g opacity=\"0.5\">\n<path d=\"2\"/>\n</g>\n<g opacity=\"0.5\"/>\n</g>\n"
                + "<clipPath id=\"c\">\n<rect x=\"2\"/>\n</clipPath>\n<g clip-path=\"url(#c)\">\n<path d=\"3\"/>\n</g>\n</svg>"),
            StringComparison.Ordinal);

    [Fact]
    public void No_text_of_any_block_becomes_markup()
    {
        Block[] blocks =
        [
            new Paragraph(Attack), new Subheading(Attack), new Bullets([Attack]), new Code(Attack),
            new Fold(Attack, [new Paragraph(Attack)]),
            new Lead(Attack, [Attack], [Attack], [new Tile(Attack, Attack), new Tile(Attack, Attack) { Grade = Grade.Ok }]),
            new Table(
                Attack,
                [new Column(Attack) { Unit = Attack }],
                [[new Entry(Attack) { Link = Attack, Marks = [new VerdictMark(Grade.Ok, Attack, Attack)] }]]),
            new Picture(Attack, "charts/" + Attack, Attack, "<svg/>", [Attack]) { AltText = Attack, Points = [new PicturePoint(Attack, Attack, 0, 0, Attack)] },
        ];

        string html = HtmlWriter.Write(new ReportDocument(Attack, Attack, [new Section(Attack, blocks) { Id = Attack }]) { First = blocks });

        Assert.Equal(1, Count(html, "<script"));
        Assert.Equal(Count(html, "<details>"), Count(html, "</summary>"));
        Assert.DoesNotContain(Markup().Matches(html), m => m.Value.Contains("href=\"y\"", StringComparison.Ordinal));
        string page = html[..html.IndexOf("<script", StringComparison.Ordinal)];
        Assert.Equal(2, Count(page[page.IndexOf("<main", StringComparison.Ordinal)..], "<code>"));
    }

    [Fact]
    public void The_first_screen_stands_above_the_contents_and_every_section_has_its_name()
    {
        ReportDocument document = new("Title", "Subtitle", [new Section("What do verdicts mean?", [new Paragraph("x")]) { Id = Section.VerdictsId }])
        {
            First = [new Paragraph("At first.")],
        };

        string html = HtmlWriter.Write(document);
        Assert.True(html.IndexOf("At first.", StringComparison.Ordinal) < html.IndexOf("<nav", StringComparison.Ordinal));
        Assert.Contains("<section id=\"verdicts\">", html, StringComparison.Ordinal);
        Assert.Contains("<a href=\"#verdicts\">What do verdicts mean?</a>", html, StringComparison.Ordinal);
        Assert.Contains(
            "\nAt first.\n\n<a id=\"verdicts\"></a>\n\n## What do verdicts mean?\n", MarkdownWriter.Write(document), StringComparison.Ordinal);
    }

    [Fact]
    public void Style_and_script_of_the_page_are_the_ones_that_its_policy_allows()
    {
        string html = HtmlWriter.Write(new ReportDocument("T", "S", []));

        foreach ((string element, string directive) in new[] { ("style", "style-src"), ("script", "script-src") })
        {
            string text = html.Split($"<{element}>")[1].Split($"</{element}>")[0];
            string hash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
            Assert.Contains($"{directive} 'sha256-{hash}'", html, StringComparison.Ordinal);
        }

        Assert.Contains("default-src 'none'; img-src data:;", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_that_is_encoded_wrongly_does_not_end_the_script()
    {
        Assert.Equal(1, Count(PageAssets.Script, "decodeURIComponent("));
        Assert.Matches(@"try \{\s*return decodeURIComponent\(text\);\s*\} catch \{", PageAssets.Script);
    }

    [Fact]
    public void The_contents_lead_to_each_section_though_two_have_one_title()
    {
        Table table = new("Caption.", ["A"], [["b"]]);
        Section[] sections = [new Section("Alike", [new Paragraph("One."), table]), new Section("Alike", [new Paragraph("Two."), table])];

        string html = HtmlWriter.Write(new ReportDocument("Title", "Subtitle", sections) { First = [table] });

        string[] linked = [.. Link().Matches(html.Split("<nav ")[1].Split("</nav>")[0]).Select(m => m.Groups[1].Value)];
        Assert.Equal(["alike", "alike-2"], linked);
        Assert.All(linked, id => Assert.Equal(1, Count(html, $"<section id=\"{id}\">")));
    }

    private static string Html(Block block)
    {
        string html = HtmlWriter.Write(new ReportDocument("Title", "Subtitle", [new Section("Section", [block])]));
        return html.Split("<section ")[1].Split("</section>")[0];
    }

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    [GeneratedRegex("data-sort=\"([^\"]*)\"")]
    private static partial Regex SortValue();

    [GeneratedRegex("href=\"#([^\"]*)\"")]
    private static partial Regex Link();

    [GeneratedRegex("<a [^>]*>")]
    private static partial Regex Markup();
}
