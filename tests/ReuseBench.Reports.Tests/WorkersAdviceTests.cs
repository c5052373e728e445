using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Findings;

namespace ReuseBench.Reports.Tests;

public sealed class WorkersAdviceTests
{
    [Fact]
    public void The_fewest_workers_that_are_shown_to_be_as_good_as_the_best_are_named()
    {
        using RunFolder run = Run((1, 100), (2, 197), (4, 200));

        Said advice = Advice(run);

        Assert.Matches(
            @"^Connect, closed loop, 256 connections: 2 workers are enough: reuseport, 2 workers has 0\.9\d × the best \(95 % at least 0\.9[5-9]; margin "
                + @"5 %\)\. By variant, against its own best: reuseport 2\.$", advice.Text);
        Assert.Equal(("workers", "as_good_as_the_best"), (advice.Finding.Kind, advice.Finding.Claim));
        FindingEstimate enough = Assert.Single(advice.Finding.Estimates);
        Assert.InRange(enough.RatioLow!.Value, 0.95, enough.RatioToBest!.Value);
    }

    /// <summary>"Not separated" from the best is no advice: the interval reaches below the margin.</summary>
    [Fact]
    public void That_no_difference_was_found_is_no_reason_to_take_fewer()
    {
        using RunFolder run = Run(0.3, (1, 180), (2, 190), (4, 200));

        Said advice = Advice(run);

        Assert.Equal("no_advice", advice.Finding.Claim);
        Assert.Contains("no cell is shown to be within 5 % of the best", advice.Text, StringComparison.Ordinal);
        Assert.Equal("not_separated", Said.In(run).First(f => f.Topic == Said.Throughput).Finding.Claim);
    }

    [Theory]
    [InlineData(0.05, 4)]
    [InlineData(0.12, 2)]
    public void The_margin_is_the_readers(double margin, int workers)
    {
        using RunFolder run = Run((1, 100), (2, 182), (4, 200));
        RunAnalysis known = new(run.Read().Data) { Margin = margin };

        Finding advice = Report.Find(known).Single(f => f.Finding.Kind == "workers").Finding;

        Assert.Contains($"w{workers}", Assert.Single(advice.Estimates).CellId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_was_not_at_its_limit_says_nothing_of_how_many_it_needs()
    {
        using RunFolder run = Run(r => RunFolder.Judged(r, VerdictRules.ServerNotAtLimit), 0.01, (1, 100), (2, 197), (4, 200));
        Assert.Contains("no advice on workers: fewer than two numbers of workers can be compared: the server was not at its limit (3 of 3 cells)",
            Advice(run).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Few_connections_for_each_worker_say_nothing_either()
    {
        using RunFolder run = Run(r => r with { Connections = 31 }, 0.01, (1, 100), (2, 197), (4, 200));
        Assert.Contains("fewer than 16 connections for each worker (2 of 3 cells)", Advice(run).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Connections_that_grow_with_the_workers_are_counted_out()
    {
        using RunFolder enough = Run(r => r with { ConnectionsPerWorker = 16 }, 0.01, (1, 100), (2, 197), (8, 200));
        Assert.Contains("2 workers are enough", Advice(enough).Text, StringComparison.Ordinal);

        using RunFolder few = Run(r => r with { ConnectionsPerWorker = 15 }, 0.01, (1, 100), (2, 197), (8, 200));
        Assert.Contains("fewer than 16 connections for each worker (3 of 3 cells)", Advice(few).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void One_number_of_workers_needs_no_advice()
    {
        using RunFolder run = new RunFolder().AddRepeats(RunFolder.Row("single", 2), 100, 101, 102).AddRepeats(RunFolder.Row("shared", 2), 100, 101, 102);
        Assert.Equal("no_advice", Advice(run).Finding.Claim);
    }

    [Fact]
    public void A_number_of_workers_that_could_not_be_considered_is_named()
    {
        using RunFolder run = Run((1, 100), (2, 197), (4, 200), (16, 900));
        Assert.EndsWith("Not considered, and perhaps better: 16 (more than cores).", Advice(run).Text, StringComparison.Ordinal);
    }

    private static Said Advice(RunFolder run) => Said.In(run).Single(f => f.Finding.Kind == "workers");

    private static RunFolder Run(params (int Workers, double Speed)[] sizes) => Run(0.01, sizes);

    private static RunFolder Run(double noise, params (int Workers, double Speed)[] sizes) => Run(r => r, noise, sizes);

    private static RunFolder Run(Func<ResultRow, ResultRow> row, double noise, params (int Workers, double Speed)[] sizes)
    {
        RunFolder run = new();
        foreach ((int workers, double speed) in sizes)
        {
            Random random = new(workers);
            run.AddRepeats(
                row(RunFolder.Row("reuseport", workers) with { Connections = 256 }),
                [.. Enumerable.Range(0, 7).Select(_ => speed * (1 + (noise * (random.NextDouble() - 0.5))))]);
        }

        return run;
    }
}
