using ReuseBench.Core.Results;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;

namespace ReuseBench.Reports.Tests;

/// <summary>A percentile is published where what lies beyond it happened often enough, and in more than one repeat.</summary>
public sealed class EpisodesTests : IDisposable
{
    private const long Us = 1_000;
    private const long Ms = 1_000_000;

    private readonly RunFolder _run = new();

    private static ResultRow Row => RunFolder.Row("reuseport", 2) with { Experiment = "latency", Load = "open", RateRpsRequested = 10_000, CellId = "l" };

    public void Dispose() => _run.Dispose();

    [Fact]
    public void One_stall_of_200_ms_is_no_percentile()
    {
        LatencyTail tail = Tail([], [300], []);
        Estimate far = tail.Percentile(99.9);

        // 10,000 requests a second wait in it: of 30,000 some 2,000, so that the 99th is its doing as much as the 99.9th.
        Assert.Null(far.Value);
        Assert.Equal("1 episode in 1 of 3 repeats beyond percentile 99.9, 5 in 3 are needed", far.WhyNone);
        Assert.Null(tail.Percentile(99).Value);
        Assert.NotNull(tail.Percentile(90).Value);
        Assert.DoesNotContain(tail.Curve(), p => p.Percentile > 99);
    }

    [Fact]
    public void Stalls_that_come_again_and_again_are()
    {
        LatencyTail tail = Tail([100, 600], [300], [250, 750]);
        Assert.InRange(tail.Percentile(99.9).Value!.Value, 190_000, 200_500);
        Assert.Null(tail.Percentile(99.9).WhyNone);
    }

    [Fact]
    public void Stalls_in_one_repeat_alone_are_not()
    {
        LatencyTail tail = Tail([0, 210, 420, 630, 790], [], []);
        Assert.Null(tail.Percentile(99.9).Value);
        Assert.Contains("in 1 of 3 repeats", tail.Percentile(99.9).WhyNone, StringComparison.Ordinal);
    }

    [Fact]
    public void What_happens_all_the_time_is_no_episode()
    {
        LatencyTail tail = Tail([], [], []);
        Assert.All((double[])[50, 90, 99], p => Assert.NotNull(tail.Percentile(p).Value));
    }

    [Fact]
    public void Of_two_repeats_a_percentile_is_shown_and_is_none_to_be_published()
    {
        LatencyTail tail = Tail([], [300]);
        Estimate far = tail.Percentile(99.9);
        Assert.NotNull(far.Value);
        Assert.Equal("fewer than 3 valid repeats", far.WhyUnpublished);
        Assert.EndsWith(" °", far.Short, StringComparison.Ordinal);
        Assert.Contains("Of fewer than 3 valid repeats: shown as measured, not to be published and not ranked.", Report(), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_an_earlier_version_kept_no_times_the_percentiles_stay_and_that_is_said()
    {
        for (int repeat = 1; repeat <= 3; repeat++)
        {
            ResultRow row = Row with { Repeat = repeat };
            _run.Add(row).AddLatencies(row, Window(repeat, [300]).Select(v => v.Ns));
        }

        LatencyTail tail = _run.Read().Latency(_run.Read().Cells[0]);
        Assert.False(tail.AreEpisodesKnown);
        Assert.NotNull(tail.Percentile(99.9).Value);
        Assert.Contains("Episodes unknown", Report(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_says_why_a_percentile_is_left_out()
    {
        Tail([], [300], []);
        Assert.Contains(
            "Left out at p99.9: reuseport, 2 workers (1 episode in 1 of 3 repeats beyond percentile 99.9, 5 in 3 are needed).", Report(),
            StringComparison.Ordinal);
    }

    /// <summary>300 values in each repeat, of which three lie beyond the 99th: too few for a repeat of its own, though 4,500 are enough together.</summary>
    [Fact]
    public void A_single_repeat_has_no_percentile_that_its_own_values_do_not_carry()
    {
        for (int repeat = 1; repeat <= 15; repeat++)
        {
            ResultRow row = Row with { Repeat = repeat };
            _run.Add(row).AddLatencies(row, [.. Window(repeat, []).Where((_, i) => i % 33 == 0)]);
        }

        RunAnalysis run = _run.Read();
        Estimate p99 = run.Latency(run.Cells[0]).Percentile(99);
        Assert.NotNull(p99.Value);
        Assert.Null(p99.Repeats);
        Assert.Contains("no single repeat has values enough", p99.Text, StringComparison.Ordinal);
        Assert.Equal(15, run.Latency(run.Cells[0]).Percentile(90).Repeats!.Count);
    }

    [Fact]
    public void A_damaged_column_is_named()
    {
        _run.Add(Row).AddLatencies(Row, Window(1, []));
        _run.Write();
        string path = Path.Combine(_run.Path, Tables.Histograms.FileName);
        File.WriteAllText(path, File.ReadAllText(path).TrimEnd()[..^8] + "AAAAAAA=\n");
        Core.UsageException refused = Assert.Throws<Core.UsageException>(() => new RunAnalysis(RunData.Read(_run.Path)).Cells.Select(LatencyTail.Of).ToArray());
        Assert.StartsWith("histograms.csv: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("slot_peaks_base64 of cell l, repeat 1", refused.Message, StringComparison.Ordinal);
    }

    private LatencyTail Tail(params int[][] stallsMs)
    {
        for (int i = 0; i < stallsMs.Length; i++)
        {
            ResultRow row = Row with { Repeat = i + 1 };
            _run.Add(row).AddLatencies(row, Window(i + 1, stallsMs[i]));
        }

        RunAnalysis run = _run.Read();
        return run.Latency(run.Cells[0]);
    }

    private string Report()
    {
        Reports.Report.Write(_run.Write().Path, TextWriter.Null);
        return File.ReadAllText(Path.Combine(_run.Path, RunFiles.ReportMarkdown));
    }

    /// <summary>A second of 10,000 requests, 80 to 120 µs each; in a stall of 200 ms they wait for its end.</summary>
    private static List<(long AtNs, long Ns)> Window(int seed, int[] stallsMs)
    {
        Random random = new(seed);
        List<(long AtNs, long Ns)> values = [];
        for (long due = 0; due < 1000 * Ms; due += 100 * Us)
        {
            long end = due + random.NextInt64(80 * Us, 120 * Us);
            foreach (int stall in stallsMs.Where(s => due >= s * Ms && due < (s + 200) * Ms))
            {
                end = Math.Max(end, (stall + 200) * Ms);
            }

            values.Add((end, end - due));
        }

        return values;
    }
}
