using System.Globalization;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Statistics;
using ReuseBench.Core.Statistics.Chance;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Fairness;

/// <summary>Who gets the connections: by cell, against what others have published, against chance, and by who picks the listener.</summary>
public sealed class FairnessTopic : ITopic
{
    private const string Heading = "Who gets the connections";
    private const string Hash = "hash_against_chance";
    private const string Moved = "tuples_that_came_again";
    private const string Busiest = "busiest_over_mean";
    private const string ProbeRate = "accept_probe_rate";

    public string Name => "fairness";

    public IReadOnlyCollection<Experiment> Experiments { get; } = [Experiment.Fairness];

    public IEnumerable<IChart> Charts { get; } = [new ListenerShareChart(), new TailAgainstUnevennessChart(), new ChanceBySizeChart()];

    public IEnumerable<Finding> Find(RunAnalysis run) => [.. HashSizes(run), .. MovedTuples(run), .. Cells(run), .. Probe(run)];

    public Statement Describe(Finding finding) => new(Heading, finding switch
    {
        HashFinding hash => HashOverSeeds.Say(hash.Summary, hash.Trial, hash.Sizes),
        BusiestFinding busiest => $"{Words.Sentence(busiest.Estimate.Cell.Label)} ({busiest.Conditions}): the busiest worker got "
            + $"{busiest.Estimate.MarkedText} times the even share; "
            + $"{busiest.ByChance.Sentence}.{(busiest.WhyNotByCpu is { } why ? $" {Words.Sentence(why)}" : "")}",
        MovedFinding moved => $"The kernel's hash, by which a client address and port (a tuple) keeps its listener, is contradicted: {moved.Contradiction}.",
        _ => AcceptProbe.Say(finding.Estimates[0]),
    });

    /// <summary>The most uneven cell of a server, then the hash against chance over all group sizes.</summary>
    public IEnumerable<Headline> Headlines(RunAnalysis run, IReadOnlyList<Finding> found)
    {
        foreach (MovedFinding moved in found.OfType<MovedFinding>())
        {
            yield return new Headline(HeadlineKind.Fairness, Describe(moved).Text);
        }

        if (found.OfType<BusiestFinding>().MaxBy(f => f.Estimate.Value) is { } busiest)
        {
            string expected = busiest.ByChance.Expected is double value ? $"; expected {Quantity.OverMean.Text(value)}" : "";
            yield return new Headline(
                HeadlineKind.Fairness,
                $"The most uneven spread of connections: with {busiest.Estimate.Cell.Label} the busiest worker got "
                    + $"{busiest.Estimate.Text.Replace(" (", " × its even share (", StringComparison.Ordinal)}{expected}. "
                    + $"{Words.Sentence(busiest.Conditions)}.");
        }

        HashFinding[] hash = [.. found.OfType<HashFinding>()];
        HashFinding[] odd = [.. hash.Where(f => !f.Trial.IsWhatChanceGives)];
        if (hash.Length > 0)
        {
            string sizes = Words.Listed([.. (odd.Length > 0 ? odd : hash).Select(f => $"{f.Summary.Cell.Workers}")]);
            int seeds = hash.Min(f => f.Trial.Uniformity.Repeats);
            yield return new Headline(
                HeadlineKind.Fairness,
                odd.Length > 0 ? $"The kernel's hash is not what chance gives over {sizes} listeners ({seeds} hash seeds)."
                    : string.Create(CultureInfo.InvariantCulture,
                        $"The kernel's hash is consistent with chance over {sizes} listeners ({seeds} hash seeds; smallest p {Words.P(SmallestP(hash))}, "
                            + $"α = {HashOverSeeds.Alpha(hash.Length):0.######})."));
        }
    }

    private static double SmallestP(HashFinding[] hash) =>
        hash.Min(f => Math.Min(f.Trial.Uniformity.PValue, f.Trial.Pooled.TwoSidedPValue ?? 1));

    public IEnumerable<Section> Sections(TopicMaterial material) =>
    [
        new Section(Heading + "?", [.. ConnectionsSection.Of(material, Name)]),
        new Section("Is the hash more uneven than chance?", [.. ChanceSection.Of(material, Name)]),
        new Section("What does each selector change?", [.. SelectorsSection.Of(material)]),
    ];

    /// <summary>The hash over many seeds: one for each group size.</summary>
    private IEnumerable<Finding> HashSizes(RunAnalysis run)
    {
        HashEvidence evidence = run.Once(HashEvidence.Of);
        return evidence.Tested.Select(t => new HashFinding
        {
            Topic = Name,
            Kind = Hash,
            Conditions = t.Summary.Cell.Conditions.Label,
            Metric = "chi2",
            Claim = t.Trial.IsWhatChanceGives ? "as_chance" : t.Trial.IsMoreUneven ? "more_uneven_than_chance" : "more_even_than_chance",
            Estimates =
            [
                new FindingEstimate(t.Summary.Cell.Id, t.Summary.Cell.Label, "", t.Trial.Pooled.Statistic)
                {
                    Expected = t.Trial.Pooled.DegreesOfFreedom,
                    Repeats = t.Trial.Uniformity.Repeats,
                },
            ],
            Test = new FindingTest("pooled_chi_square", t.Trial.Pooled.Statistic, t.Trial.Pooled.TwoSidedPValue,
                HashOverSeeds.Alpha(evidence.Tested.Count)),
            Summary = t.Summary,
            Trial = t.Trial,
            Sizes = evidence.Tested.Count,
        });
    }

    private IEnumerable<Finding> MovedTuples(RunAnalysis run) =>
        run.Once(HashEvidence.Of).Again is not { Contradiction: { } contradiction } again ? [] :
    [
        new MovedFinding
        {
            Topic = Name,
            Kind = Moved,
            Metric = "moved_tuples",
            Claim = "rule_contradicted",
            Estimates = [new FindingEstimate("", "connections whose tuple came again and met another listener", "", again.Moved) { Expected = 0 }],
            Contradiction = contradiction,
        },
    ];

    private IEnumerable<Finding> Cells(RunAnalysis run) =>
        from cell in run.Cells
        where cell.Is(Experiment.Fairness) && !cell.IsAcceptOnly && !cell.Cell.Load.Idle
        let estimate = run.Median(cell, Figure.AcceptedMaxOverMean)
        where estimate.Value is not null
        let byChance = run.Of(cell, BusiestByChance.Of)
        select new BusiestFinding
        {
            Topic = Name,
            Kind = Busiest,
            Conditions = cell.Conditions.Label,
            Metric = Figure.AcceptedMaxOverMean.Key,
            Claim = byChance.Claim,
            Estimates = [estimate.AsFinding() with { Expected = byChance.Expected }],
            Restrictions = estimate.Restrictions,
            Estimate = estimate,
            ByChance = byChance,
            WhyNotByCpu = CpuSelection.WhyNot(cell),
        };

    private IEnumerable<Finding> Probe(RunAnalysis run) => AcceptProbe.Rate(run) is not { } rate ? [] :
    [
        new Finding { Topic = Name, Kind = ProbeRate, Metric = Figure.Connections.Key, Claim = "measured", Estimates = [rate] },
    ];
}

/// <summary>The hash over one group size.</summary>
public sealed record HashFinding : Finding
{
    public required ChanceSummary Summary { get; init; }

    public required HashTrial Trial { get; init; }

    /// <summary>Group sizes that are tested in the run: they share an error rate.</summary>
    public required int Sizes { get; init; }
}

/// <summary>A tuple met another listener than before.</summary>
public sealed record MovedFinding : Finding
{
    public required string Contradiction { get; init; }
}

/// <summary>The busiest worker of a cell, beside what chance makes of it.</summary>
public sealed record BusiestFinding : Finding
{
    public required Estimate Estimate { get; init; }

    public required BusiestByChance ByChance { get; init; }

    /// <summary>Where a selector by CPU was not what selected; null otherwise.</summary>
    public string? WhyNotByCpu { get; init; }
}

/// <summary>How fast connections were counted without a server: client and listeners on one thread, connect to accept.</summary>
internal static class AcceptProbe
{
    /// <returns>Null where no accept-only probe of the fairness experiment was taken.</returns>
    public static FindingEstimate? Rate(RunAnalysis run)
    {
        MeasuredCell[] probes = [.. run.Cells.Where(c => c.Is(Experiment.Fairness) && c.IsAcceptOnly)];
        return Sample.Of(probes.SelectMany(c => c.Valid(Figures.Fairness)).Select(r => r.Row.ConnectionsPerS).OfType<double>()) is { } rate
            ? new FindingEstimate("", "accept-only probe", Quantity.ConnectionsPerSecond.Unit, rate.Median)
            {
                Low = rate.Min,
                High = rate.Max,
                Interval = "min–max",
                Repeats = rate.Count
            }
            : null;
    }

    public static string Say(FindingEstimate rate)
    {
        (string median, string low, string high) = Quantity.ConnectionsPerSecond.Texts(rate.Value!.Value, rate.Low!.Value, rate.High!.Value);
        string over = rate.Repeats == 1 ? "one repeat" : $"median of {rate.Repeats} repeats, min–max {low} to {high}";
        return $"Rate of the accept-only probe: {median} ({over}), on one thread.";
    }
}
