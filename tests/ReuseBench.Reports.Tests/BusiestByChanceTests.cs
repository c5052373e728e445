using ReuseBench.Core.Statistics.Chance;

namespace ReuseBench.Reports.Tests;

public sealed class BusiestByChanceTests
{
    private const string NoChance = "workers of one listener take connections when they are free: there is no chance in it, the band is a yardstick";

    [Fact]
    public void What_an_ideal_hash_makes_of_as_many_tuples_stands_beside_the_busiest_in_finding_and_table()
    {
        using RunFolder run = new();
        for (int repeat = 1; repeat <= 4; repeat++)
        {
            run.Add(Banded(Served("reuseport", repeat), 391, "tuples")
                with
            { AcceptedMaxOverMean = repeat switch { 3 => 1.2, 4 => 1.0, _ => 1.066 } });
        }

        // Multinomial(391; 1/3, 1/3, 1/3), every triple of counts summed up in Python: 1.07447, 1.01279 and 1.17391.
        Assert.Contains(
            "the busiest worker got 1.066 (median of 4, min–max 1.000 to 1.200) times the even share; an ideal hash with as many tuples gives "
                + "1.074 (95 % band 1.013 to 1.174); in its own band 2 of 4 repeats (1 more even, 1 more uneven).",
            Finding(run), StringComparison.Ordinal);
        Assert.Contains("| 1.074 (1.013 to 1.174); within: 2 of 4 repeats (1 more even, 1 more uneven) |", Report(run), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_is_left_to_chance_the_band_is_said_to_be_a_yardstick_and_why()
    {
        using RunFolder run = new();
        run.Add(Banded(Served("shared", 1), 391, null) with { AcceptedMaxOverMean = 1.5, Chi2Reason = NoChance });
        Assert.EndsWith($"; for comparison only, an ideal hash with as many connections would give 1.074 (95 % band 1.013 to 1.174) ({NoChance}).",
            Finding(run), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nothing_can_be_expected_the_reason_stands_there()
    {
        using RunFolder run = new();
        run.Add(Served("reuseport", 1) with { AcceptedMaxOverMean = 1.1, Chi2Reason = "the kernel chose the ports" });
        Assert.EndsWith("; nothing is expected of it (the kernel chose the ports).", Finding(run), StringComparison.Ordinal);
        Assert.Contains("| – (the kernel chose the ports) |", Report(run), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ebpf-weight", "its selector is set to give 1.500")] // 1 : 2 : 3, the last has half of all.
    [InlineData("ebpf-round-robin", "its selector is set to give 1.000")]
    public void What_a_selector_is_set_to_give_stands_beside_what_it_gave(string selector, string said)
    {
        using RunFolder run = new();
        run.Add(Banded(Served("reuseport", 1), 391, null) with { Selector = selector, AcceptedMaxOverMean = 1.49 });
        Assert.Contains(said, Finding(run), StringComparison.Ordinal);
    }

    [Fact]
    public void The_selectors_stand_with_it_too()
    {
        using RunFolder run = new();
        foreach (string selector in (string[])["hash", "ebpf-weight"])
        {
            ResultRow row = Served("reuseport", 1) with { CellId = selector, Selector = selector, AcceptedMaxOverMean = 1.05 };
            run.Add(selector == "hash" ? Banded(row, 391, "tuples") : row);
        }

        string report = Report(run);
        string section = report[report.IndexOf("## What does each selector change?", StringComparison.Ordinal)..];
        Assert.Contains("| hash | 3 | 1.050 (one repeat) | 1.074 (1.013 to 1.174); within: 1 of 1 repeat |", section, StringComparison.Ordinal);
        Assert.Contains("| ebpf-weight | 3 | 1.050 (one repeat) | 1.500 as set |", section, StringComparison.Ordinal);
    }

    private static string Finding(RunFolder run) => Assert.Single(Said.In(run), f => f.Topic == Said.Fairness).Text;

    private static string Report(RunFolder run) => File.ReadAllText(Reports.Report.Write(run.Write().Path, TextWriter.Null).Markdown);

    private static ResultRow Banded(ResultRow row, long total, string? over)
    {
        Band band = IdealSpread.Of(total, row.Workers)!.MaxOverMean;
        return row with
        {
            ChanceOver = over,
            ChoicesMaxOverMeanExpected = band.Expected,
            ChoicesMaxOverMeanLow = band.Low,
            ChoicesMaxOverMeanHigh = band.High
        };
    }

    private static ResultRow Served(string variant, int repeat) => RunFolder.Row(variant, 3, repeat) with
    {
        Experiment = "fairness",
        Load = "open",
        RateRpsRequested = 300,
        CellId = variant,
        AcceptedJain = 0.99,
    };
}
