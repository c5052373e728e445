using MathNet.Numerics.Distributions;
using ReuseBench.Bench.Tuning;
using ReuseBench.Reports.Comparison;

namespace ReuseBench.Bench.Tests;

/// <summary>Searches in figures whose truth is planted: repeats that vary by 3 %, and a machine that gets slower by a fifth meanwhile.</summary>
public sealed class WorkerSearchTests
{
    private const int Trials = 20;
    private const double Spread = 0.03;

    public static TheoryData<string, int> Planted => new()
    {
        { "a lock makes more than 4 useless", 4 },
        { "a lock makes more than 6 useless", 6 },
        { "a lock makes more than 11 useless", 11 },
        { "no more than 3, and fewer again beyond", 3 },
        { "no more than 6, and fewer again beyond", 6 },
        { "it makes no difference", 1 },
        { "each one helps", 16 },
    };

    [Theory]
    [MemberData(nameof(Planted))]
    public void The_planted_count_is_found_in_nineteen_of_twenty_trials(string what, int planted)
    {
        int found = Enumerable.Range(1, Trials).Count(seed => Search(what, seed, higherIsBetter: true).Workers == planted);
        Assert.True(found >= Trials - 1, $"{what}: found in {found} of {Trials}");
    }

    [Fact]
    public void Where_lower_is_better_the_smallest_of_the_lowest_is_found()
    {
        int found = Enumerable.Range(1, Trials).Count(seed => Search("a lock makes more than 4 useless", seed, higherIsBetter: false).Workers == 4);
        Assert.True(found >= Trials - 1, $"found in {found} of {Trials}");
    }

    [Fact]
    public void An_answer_says_what_it_rests_on()
    {
        WorkerAnswer answer = Search("a lock makes more than 4 useless", 1, higherIsBetter: true);
        Assert.True(answer.IsProven);
        Assert.Superset(new HashSet<int> { 1, 2, 3, 4, 8, 16, 32 }, answer.Curve.Select(c => c.Workers).ToHashSet());
        WorkerPoint four = Assert.Single(answer.Confirmed, p => p.Workers == 4);
        Assert.Equal(Standing.AsGood, four.Standing);
        Assert.InRange(four.Low, 0.95, four.Ratio);
        Assert.Equal(Standing.Worse, Assert.Single(answer.Confirmed, p => p.Workers == 3).Standing);
        Assert.InRange(answer.Doubling!.Ratio, 0.95, 1.05);
    }

    [Fact]
    public void Without_time_or_without_a_valid_repeat_there_is_no_answer()
    {
        Assert.Equal("no repeat was valid", new WorkerSearch(new SearchPlan { Counts = [1, 2] }, (_, _) => null).Run().Problem);
        int left = 4;
        WorkerAnswer hasty = new WorkerSearch(new SearchPlan { Counts = [1, 2, 4], HasTime = () => left-- > 0 }, (workers, _) => workers).Run();
        Assert.Null(hasty.Workers);
        Assert.Contains("not enough", hasty.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(40)]
    public void A_single_valid_repeat_tells_no_spread_and_proves_nothing(int looks)
    {
        int left = looks;
        int repeats = 0;
        SearchPlan plan = new() { Counts = [1, 2, 4], HasTime = () => left-- > 0 };
        WorkerAnswer alone = new WorkerSearch(plan, (workers, _) => repeats++ == 0 ? workers : null).Run();
        Assert.False(alone.IsProven);
        Assert.NotNull(alone.Problem);
    }

    [Fact]
    public void What_too_few_rounds_leave_open_is_no_proof()
    {
        int left = 30;
        Random random = new(5);
        SearchPlan plan = new() { Counts = [1, 2], HasTime = () => left-- > 0 };
        WorkerAnswer noisy = new WorkerSearch(plan, (_, _) => Math.Exp(Normal.Sample(random, 0, 0.3))).Run();
        Assert.NotNull(noisy.Workers);
        Assert.False(noisy.IsProven);
    }

    private static WorkerAnswer Search(string what, int seed, bool higherIsBetter)
    {
        Random random = new(seed);
        double drift = 1;
        SearchPlan plan = new() { Counts = [1, 2, 4, 8, 16, 32], Seed = (ulong)seed, HigherIsBetter = higherIsBetter };
        return new WorkerSearch(plan, (workers, _) =>
        {
            drift = Math.Max(0.8, drift - 0.002);
            double figure = Truth(what, workers) * drift * Math.Exp(Normal.Sample(random, 0, Spread));
            return higherIsBetter ? figure : 1000 / figure;
        }).Run();
    }

    private static double Truth(string what, int workers) => what switch
    {
        "a lock makes more than 4 useless" => Math.Min(workers, 4),
        "a lock makes more than 6 useless" => Math.Min(workers, 6),
        "a lock makes more than 11 useless" => Math.Min(workers, 11),
        "no more than 3, and fewer again beyond" => Penalised(workers, 3),
        "no more than 6, and fewer again beyond" => Penalised(workers, 6),
        "each one helps" => Math.Min(workers, 16),
        _ => 1,
    } * 1000;

    private static double Penalised(int workers, int most) => workers <= most ? workers : most * Math.Pow(0.9, workers - most);
}

/// <summary>The curve of an answer, made from intervals of ratios.</summary>
public sealed class TuneChartTests
{
    private static readonly WorkerAnswer Answer = new()
    {
        Workers = 2,
        IsProven = true,
        Confirmed =
        [
            new WorkerPoint(1, 50, 9, 0.5, 0.45, 0.55, Standing.Worse), new WorkerPoint(2, 99, 9, 0.99, 0.96, 1, Standing.AsGood),
            new WorkerPoint(4, 100, 9, 1, 0.98, 1, Standing.AsGood),
        ],
        Curve = [(1, 51, 3), (2, 98, 3), (4, 101, 3), (8, 90, 3)],
    };

    [Fact]
    public void Confirmed_counts_have_intervals_about_the_best_and_screened_ones_have_none()
    {
        TuneRequest request = new() { Server = new(), Load = new(), Counts = [1, 2, 4, 8] };
        WorkerCurve curve = TuneChart.CurveOf(new TuneResult(request, Answer, new Dictionary<string, int>(), 1, 12, 0));
        Assert.Equal([(1, 50.0), (2, 99), (4, 100), (8, 90)], curve.Points.Select(p => (p.Workers, p.Value)));
        Assert.Equal((45.0, 55.0), (Math.Round(curve.Points[0].Low!.Value, 6), Math.Round(curve.Points[0].High!.Value, 6)));
        Assert.Null(curve.Points[3].Low);
        Assert.Equal([false, true, false, false], curve.Points.Select(p => p.IsAnswer));
        Assert.Equal(95, curve.Within.Low);
        Assert.StartsWith("2 workers: ", curve.Title, StringComparison.Ordinal);
    }
}
