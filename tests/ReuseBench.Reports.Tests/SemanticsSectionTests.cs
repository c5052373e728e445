using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;

namespace ReuseBench.Reports.Tests;

public sealed class SemanticsSectionTests
{
    private static readonly string[] Options = ["none", "reuseaddr"];

    [Fact]
    public void Claims_come_with_verdict_and_evidence()
    {
        string report = ReportOf(new SemanticsRow
        {
            Kind = "claim",
            Name = "a-claim",
            Sentence = "A restart needs it",
            Source = "socket(7)",
            Verdict = "holds-if",
            Condition = "both have it",
            Evidence = "bind ok",
        });
        Assert.Contains("A restart needs it", report, StringComparison.Ordinal);
        Assert.Contains("holds if both have it", report, StringComparison.Ordinal);
        Assert.Contains("bind ok", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Address_pairs_and_states_that_agree_share_one_table()
    {
        string report = ReportOf([.. Pair("same", "EADDRINUSE"), .. Pair("wildcard", "EADDRINUSE"), .. Pair("different", "ok")]);
        Assert.Contains("Addresses: same, wildcard", report, StringComparison.Ordinal);
        Assert.Contains("Addresses: different", report, StringComparison.Ordinal);
        Assert.Contains("bound, listening", report, StringComparison.Ordinal);
    }

    [Fact]
    public void A_difference_and_a_missing_right_are_said_in_words()
    {
        string report = ReportOf(
            new SemanticsRow
            {
                Kind = "case",
                Name = "tcp/odd",
                Transport = "tcp",
                Bind = "ok",
                BindPredicted = "EADDRINUSE",
                Receivers = "second",
                Agrees = false
            },
            new SemanticsRow { Kind = "case", Name = "tcp/other", Transport = "tcp", User = "other", Status = "skipped", Reason = "run as root" });
        Assert.Contains("tcp/odd: bind ok", report, StringComparison.Ordinal);
        Assert.Contains("expected bind EADDRINUSE", report, StringComparison.Ordinal);
        Assert.Contains("1 cases skipped: run as root", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_table_there_is_no_section()
    {
        using RunFolder run = new();
        Assert.DoesNotContain("on this kernel", File.ReadAllText(Report.Write(run.Write().Path, TextWriter.Null).Markdown), StringComparison.Ordinal);
    }

    private static IEnumerable<SemanticsRow> Pair(string addresses, string bind) =>
        from state in (string[])["bound", "listening"]
        from first in Options
        from second in Options
        select new SemanticsRow
        {
            Kind = "case",
            Transport = "tcp",
            Addresses = addresses,
            FirstState = state,
            FirstOptions = first,
            SecondOptions = second,
            Bind = bind,
            Receivers = bind == "ok" ? "each" : null,
            Agrees = true,
        };

    private static string ReportOf(params SemanticsRow[] rows)
    {
        using RunFolder run = new();
        run.Write();
        using (CsvTable<SemanticsRow> table = new(Path.Combine(run.Path, Tables.Semantics.FileName)))
        {
            table.Append(rows);
        }

        return File.ReadAllText(Report.Write(run.Path, TextWriter.Null).Markdown);
    }
}
