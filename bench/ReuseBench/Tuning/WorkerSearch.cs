using ReuseBench.Bench.Runs;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Statistics.Blocks;

namespace ReuseBench.Bench.Tuning;

/// <summary>One figure of one worker count in one round.</summary>
/// <param name="workers">The count.</param>
/// <param name="round">From 1; counts of one round are measured one after the other.</param>
/// <returns>Above 0; null where no valid figure could be had.</returns>
internal delegate double? MeasureWorkers(int workers, int round);

/// <summary>What a search looks for, and within what.</summary>
internal sealed record SearchPlan
{
    /// <summary>The counts to begin with, ascending, at least one.</summary>
    public required IReadOnlyList<int> Counts { get; init; }

    /// <summary>Whether a larger figure is the better one.</summary>
    public bool HigherIsBetter { get; init; } = true;

    /// <summary>Share of the best figure that a count may lack and still be as good, above 0, below 1.</summary>
    public double Margin { get; init; } = Reports.Report.DefaultMargin;

    /// <summary>Of the order within a round, and of the drawn orders that comparisons are held against.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Asked before each round: whether there is time for another.</summary>
    public Func<bool> HasTime { get; init; } = () => true;
}

/// <summary>
/// Finds the smallest number of workers that is as good as the best. First it <em>screens</em>: a few rounds of all counts, then of counts between
/// those about the best, then of counts below the smallest good one. Then it <em>confirms</em>: rounds of their own of that count, its neighbours and the
/// best, and only these make the answer. What was picked because it looked good must look good again.
/// </summary>
internal sealed class WorkerSearch(SearchPlan plan, MeasureWorkers measure)
{
    /// <summary>Rounds of every count before anything is concluded.</summary>
    private const int ScreeningRounds = 3;

    /// <summary>Steps towards a best that lies between two counts.</summary>
    private const int MostSteps = 6;

    /// <summary>Standard errors by which a count must miss the margin in the screening to be out of the race.</summary>
    private const double Doubt = 2;

    /// <summary>The smallest counts that may be as good: so many of them are confirmed.</summary>
    private const int MostContenders = 3;

    /// <summary>After so many rounds of confirmation the figures are looked at; the looks share the error rate.</summary>
    private static readonly int[] Looks = [6, 10, 15, 22];

    private readonly Phase _screening = new();
    private readonly Phase _confirmation = new();
    private readonly Random _order = RunSeed.OrderOf(plan.Seed);
    private int _round;

    public WorkerAnswer Run()
    {
        Screen(plan.Counts, ScreeningRounds);
        if (_screening.Figures.Count == 0)
        {
            return new WorkerAnswer { Problem = plan.HasTime() ? "no repeat was valid" : "the time was not enough for one round" };
        }

        FindBest();
        FindSmallest();
        return Confirm(Contenders());
    }

    /// <summary>
    /// Looks between the best count and its neighbours while a better one turns up there; not beside a neighbour that may be as good: that is no peak.
    /// </summary>
    private void FindBest()
    {
        for (int step = 0; step < MostSteps && plan.HasTime(); step++)
        {
            int best = Best();
            int[] tried = Tried();
            int place = Array.IndexOf(tried, best);
            int[] good = Good();
            int[] fresh =
            [
                .. new[] { place - 1, place + 1 }.Where(p => p >= 0 && p < tried.Length && !good.Contains(tried[p]))
                    .Select(p => Middle(Math.Min(best, tried[p]), Math.Max(best, tried[p]))).Except(tried),
            ];
            if (fresh.Length == 0)
            {
                return;
            }

            Screen([best, .. fresh], ScreeningRounds);
        }
    }

    /// <summary>
    /// Halves the distance between the smallest count that may be as good and the largest below it that is not; then between it and the next that may be:
    /// the screening lets in some that are not, and the answer lies just above those.
    /// </summary>
    private void FindSmallest()
    {
        for (int step = 0; step < MostSteps && plan.HasTime(); step++)
        {
            int[] tried = Tried();
            int[] good = Good();
            int below = tried.Where(w => w < good[0]).DefaultIfEmpty(good[0]).Max();
            int middle = new[] { Middle(below, good[0]), Middle(good[0], good.ElementAtOrDefault(1)) }.FirstOrDefault(m => m > below && !tried.Contains(m));
            if (middle == 0)
            {
                return;
            }

            Screen([Best(), good[0], middle], ScreeningRounds);
        }
    }

    /// <summary>The smallest counts that may be as good, the next one below, which shows that they are better, one of twice as many, and the best.</summary>
    private int[] Contenders()
    {
        int[] good = Good();
        int[] smallest = [.. good.Take(MostContenders)];
        int[] below = [.. Tried().Where(w => w < smallest[0]).TakeLast(1)];
        int[] doubled = [.. Tried().Where(w => w >= 2 * smallest[0]).Take(1)];
        return [.. below.Concat(smallest).Concat(doubled).Append(Best()).Distinct().Order()];
    }

    private WorkerAnswer Confirm(int[] contenders)
    {
        GroupComparison? found = null;
        foreach (int look in Looks)
        {
            while (_confirmation.Rounds < look && plan.HasTime())
            {
                Measure(_confirmation, contenders);
            }

            if (_confirmation.Figures.Count == 0)
            {
                break;
            }

            found = Compare(contenders);
            if (IsDecided(found, contenders) || _confirmation.Rounds < look)
            {
                break;
            }
        }

        return Answer(contenders, found);
    }

    /// <summary>Whether each count below the first that is shown to be as good is shown to be worse.</summary>
    private bool IsDecided(GroupComparison found, int[] contenders)
    {
        for (int place = 0; place < contenders.Length; place++)
        {
            Standing standing = StandingOf(found, place);
            if (standing != Standing.Worse)
            {
                return standing == Standing.AsGood;
            }
        }

        return false;
    }

    private WorkerAnswer Answer(int[] contenders, GroupComparison? found)
    {
        if (found is null)
        {
            return new WorkerAnswer { Problem = "the time was not enough to confirm any count", Curve = Curve() };
        }

        WorkerPoint[] points = [.. contenders.Select((workers, place) => Point(found, contenders, place))];
        WorkerPoint? proven = points.FirstOrDefault(p => p.Standing == Standing.AsGood);
        WorkerPoint? answer = proven ?? points.FirstOrDefault(p => p.Standing == Standing.Open && IsClose(p.Ratio))
            ?? points.MaxBy(p => plan.HigherIsBetter ? p.Ratio : -p.Ratio);
        WorkerPoint? doubling = answer is null ? null : points.FirstOrDefault(p => p.Workers == 2 * answer.Workers);
        return new WorkerAnswer
        {
            Workers = answer?.Workers,
            IsProven = proven is not null,
            Confirmed = points,
            Curve = Curve(),
            Doubling = doubling is null ? null : PairRatio(found, contenders, answer!.Workers, doubling.Workers),
            Rounds = _confirmation.Rounds,
            RanOutOfTime = !plan.HasTime(),
        };
    }

    private WorkerPoint Point(GroupComparison found, int[] contenders, int place)
    {
        RatioToBest ratio = found.ToBest(place, plan.HigherIsBetter);
        double[] figures = [.. _confirmation.Figures.Where(c => c.Workers == contenders[place]).Select(c => c.Figure)];
        return new WorkerPoint(
            contenders[place], Sample.Of(figures)?.Median ?? double.NaN, figures.Length, ratio.Ratio, ratio.Low, ratio.High, StandingOf(found, place));
    }

    private Standing StandingOf(GroupComparison found, int place)
    {
        if (found.Model.Repeats(place) == 0)
        {
            return Standing.Open;
        }

        RatioToBest ratio = found.ToBest(place, plan.HigherIsBetter);
        (double low, double high) = plan.HigherIsBetter ? (ratio.Low, ratio.High) : (1 / ratio.High, 1 / ratio.Low);
        return !found.IsDecidable && found.Model.Cells > 1 ? Standing.Open
            : low > 1 - plan.Margin ? Standing.AsGood
            : high < 1 - plan.Margin ? Standing.Worse
            : Standing.Open;
    }

    private static RatioToBest? PairRatio(GroupComparison found, int[] contenders, int from, int to)
    {
        (int first, int second) = (Array.IndexOf(contenders, from), Array.IndexOf(contenders, to));
        return found.Pair(first, second) is { } pair ? new RatioToBest(second, pair.Ratio, pair.Low, pair.High) : null;
    }

    /// <summary>Screened counts with their medians: the picture, not the proof.</summary>
    private IReadOnlyList<(int Workers, double Median, int Repeats)> Curve() =>
        [.. _screening.Figures.GroupBy(f => f.Workers).OrderBy(g => g.Key).Select(g => (g.Key, Sample.Of(g.Select(f => f.Figure))!.Median, g.Count()))];

    private void Screen(IReadOnlyList<int> counts, int rounds)
    {
        for (int i = 0; i < rounds && plan.HasTime(); i++)
        {
            Measure(_screening, counts);
        }
    }

    private void Measure(Phase into, IReadOnlyList<int> counts)
    {
        int[] order = [.. counts];
        _order.Shuffle(order);
        _round++;
        foreach (int workers in order)
        {
            if (measure(workers, _round) is { } figure)
            {
                into.Figures.Add((_round, workers, figure));
            }
        }

        into.Rounds++;
    }

    private GroupComparison Compare(int[] contenders) => ComparisonFamily.Of(
        [_confirmation.ModelOf(contenders)], unchecked((int)plan.Seed), ComparisonFamily.DefaultAlpha / Looks.Length).Groups[0];

    private int[] Tried() => [.. _screening.Figures.Select(s => s.Workers).Distinct().Order()];

    private int Best()
    {
        int[] tried = Tried();
        BlockModel model = _screening.ModelOf(tried);
        return tried.Select((workers, place) => (workers, Effect: model.Effects[place]))
            .OrderBy(t => plan.HigherIsBetter ? -t.Effect : t.Effect).ThenBy(t => t.workers).First().workers;
    }

    /// <summary>
    /// Counts that may be as good as the best by what the screening shows, ascending: the best at least, and all where too few figures are valid to tell how
    /// much they vary (no number is greater than what is not known).
    /// </summary>
    private int[] Good()
    {
        int[] tried = Tried();
        BlockModel model = _screening.ModelOf(tried);
        int best = Array.IndexOf(tried, Best());
        return [.. tried.Where((_, place) => !(Lack(place) > -Math.Log(1 - plan.Margin) + (Doubt * Error(place))))];

        double Lack(int place) => Math.Abs(model.Effects[best] - model.Effects[place]);
        double Error(int place) => model.Deviation * Math.Sqrt((1.0 / model.Repeats(best)) + (1.0 / Math.Max(1, model.Repeats(place))));
    }

    /// <summary>Within half the margin by the figures alone: for an answer that could not be proven.</summary>
    private bool IsClose(double ratio) => (plan.HigherIsBetter ? ratio : 1 / ratio) >= 1 - (plan.Margin / 2);

    private static int Middle(int low, int high) => low + ((high - low) / 2);

    /// <summary>Rounds that are looked at together.</summary>
    private sealed class Phase
    {
        public List<(int Round, int Workers, double Figure)> Figures { get; } = [];

        /// <summary>Begun, whether or not they brought a figure.</summary>
        public int Rounds { get; set; }

        /// <param name="counts">All that were measured.</param>
        public BlockModel ModelOf(int[] counts) =>
            new(counts.Length, Figures.Select(f => new Observation(f.Round, Array.IndexOf(counts, f.Workers), f.Figure)));
    }
}

/// <summary>What confirmation has shown of a count.</summary>
internal enum Standing
{
    /// <summary>Neither of the two.</summary>
    Open,

    /// <summary>Within the margin of the best.</summary>
    AsGood,

    /// <summary>Beyond the margin.</summary>
    Worse,
}

/// <param name="Workers">The count.</param>
/// <param name="Median">Of its figures in the confirmation.</param>
/// <param name="Repeats">How many these are.</param>
/// <param name="Ratio">To the best count.</param>
/// <param name="Low">Lower end of its simultaneous interval.</param>
/// <param name="High">Upper end.</param>
/// <param name="Standing">What that shows.</param>
internal sealed record WorkerPoint(int Workers, double Median, int Repeats, double Ratio, double Low, double High, Standing Standing);

/// <summary>What a search has found.</summary>
internal sealed record WorkerAnswer
{
    /// <summary>Null where there is none.</summary>
    public int? Workers { get; init; }

    /// <summary>Whether it is shown to be within the margin of the best.</summary>
    public bool IsProven { get; init; }

    /// <summary>The counts that were confirmed, ascending.</summary>
    public IReadOnlyList<WorkerPoint> Confirmed { get; init; } = [];

    /// <summary>All counts with the medians of the screening, ascending.</summary>
    public IReadOnlyList<(int Workers, double Median, int Repeats)> Curve { get; init; } = [];

    /// <summary>Twice the workers over the answer; null where that was not measured.</summary>
    public RatioToBest? Doubling { get; init; }

    /// <summary>Rounds of confirmation.</summary>
    public int Rounds { get; init; }

    public bool RanOutOfTime { get; init; }

    /// <summary>Why there is no answer.</summary>
    public string? Problem { get; init; }
}
