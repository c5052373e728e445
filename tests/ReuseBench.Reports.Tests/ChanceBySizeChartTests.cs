using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Topics.Fairness;

namespace ReuseBench.Reports.Tests;

public sealed class ChanceBySizeChartTests
{
    [Fact]
    public void A_accept_only_probe_over_one_hash_seed_is_not_said_to_be_missing()
    {
        using RunFolder run = new();
        run.Add(Counted(1) with { Isolation = "none" }).Add(Counted(2) with { Isolation = "none" });
        Assert.Contains("an accept-only probe of the hash was taken, but without a network namespace of its own every repeat had the host's "
            + "one hash seed", LeftOut(run), StringComparison.Ordinal);
    }

    [Fact]
    public void A_accept_only_probe_that_may_not_be_believed_is_not_said_to_be_missing()
    {
        using RunFolder run = new();
        run.Add(RunFolder.Judged(Counted(1), VerdictRules.CountsDisagree));
        Assert.Contains("no repeat is valid", LeftOut(run), StringComparison.Ordinal);
    }

    [Fact]
    public void A_accept_only_probe_of_too_few_tuples_is_not_said_to_be_missing()
    {
        using RunFolder run = new();
        run.Add(Counted(1) with { Chi2 = null, Chi2Df = null, Chi2P = null });
        Assert.Contains("no repeat has enough tuples for a χ²", LeftOut(run), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_there_is_none_that_is_said()
    {
        using RunFolder run = new();
        run.Add(RunFolder.Row("reuseport", 2));
        Assert.Contains("no accept-only probe of the hash was taken", LeftOut(run), StringComparison.Ordinal);
    }

    private static ResultRow Counted(int repeat) => RunFolder.Row("reuseport", 2, repeat) with
    {
        CellId = "accept-only probe",
        Experiment = "fairness",
        Driver = "accept-only",
        ChanceOver = "tuples",
        Choices = 8000,
        Chi2 = 1,
        Chi2Df = 1,
        Chi2P = 0.3173,
    };

    private static string LeftOut(RunFolder run)
    {
        RunAnalysis tables = run.Read();
        ChartDrawing drawing = new ChanceBySizeChart().Draw(tables, new ChartStyle("any font, since nothing is drawn", tables.Provenance));
        Assert.Empty(drawing.Sheets);
        return Assert.Single(drawing.LeftOut);
    }
}
