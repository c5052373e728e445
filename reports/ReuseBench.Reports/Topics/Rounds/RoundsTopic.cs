using ReuseBench.Core.Cells;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Topics.Rounds;

/// <summary>Whether the rounds were alike and independent, which every interval takes for granted. Said only where they were not.</summary>
public sealed class RoundsTopic : ITopic
{
    public string Name => "rounds";

    public IReadOnlyCollection<Experiment> Experiments => [];

    public IEnumerable<IChart> Charts { get; } = [new RunOrderChart()];

    public IEnumerable<Finding> Find(RunAnalysis run) =>
        from metric in run.Rankings.Rounds
        from found in RoundsWords.Found(run.Rankings, metric.Checks)
        select new RoundsFinding
        {
            Topic = Name,
            Kind = found.Name,
            Metric = metric.Metric,
            Claim = "not_independent",
            Test = new FindingTest("round_order_permutation", found.Statistic, found.P, RoundsWords.Level(run.Rankings)),
            Text = $"{Words.Sentence(metric.Metric)}, {metric.Checks.Rounds} rounds: {found.Text}.",
        };

    public Statement Describe(Finding finding) => new("Rounds", ((RoundsFinding)finding).Text);

    public IEnumerable<Headline> Headlines(RunAnalysis run, IReadOnlyList<Finding> found) =>
        found.OfType<RoundsFinding>().Select(f => new Headline(HeadlineKind.Rounds, f.Text));

    public IEnumerable<Section> Sections(TopicMaterial material)
    {
        string[] items = [.. material.Found.Where(f => f.Finding.Topic == Name).Select(f => f.Statement.Text)];
        Block[] pictures = [.. material.Pictures(Charts.Select(c => c.Name))];
        Block[] order = pictures.Length == 0 ? [] : [new Fold("The repeats in the order of the run", pictures)];
        return [new Section("Were the rounds alike?", [.. items.Length == 0 ? [] : new[] { new Bullets(items) }, .. order])];
    }
}

/// <summary>A fault of the rounds in words.</summary>
public sealed record RoundsFinding : Finding
{
    public required string Text { get; init; }
}
