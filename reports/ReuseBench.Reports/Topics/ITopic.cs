using ReuseBench.Core.Cells;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Drawing;
using ReuseBench.Reports.Findings;

namespace ReuseBench.Reports.Topics;

/// <summary>
/// One thing that a run can tell about: its findings, its sections, its charts. A new one is a folder and a line in the registry.
/// A topic whose data a run does not have contributes nothing.
/// </summary>
public interface ITopic
{
    /// <summary>In <c>findings.json</c>, snake_case.</summary>
    string Name { get; }

    /// <summary>The experiments whose cells it shows; cells of an experiment that no topic shows get a table of all their metrics.</summary>
    IReadOnlyCollection<Experiment> Experiments { get; }

    IEnumerable<IChart> Charts => [];

    /// <summary>What it ranks; named before anything is found, since all rankings of a report share one error rate.</summary>
    IEnumerable<Contest> Contests(RunAnalysis run) => [];

    IEnumerable<Finding> Find(RunAnalysis run) => [];

    /// <summary>A finding of this topic in English.</summary>
    Statement Describe(Finding finding) => throw new NotSupportedException($"{Name} finds nothing");

    /// <summary>What it offers for the first screen, the more telling first. <see cref="HeadlineRule"/> says which are taken.</summary>
    /// <param name="run">That was analysed.</param>
    /// <param name="found">The findings of this topic.</param>
    IEnumerable<Headline> Headlines(RunAnalysis run, IReadOnlyList<Finding> found) => [];

    /// <summary>Those without blocks are left out.</summary>
    IEnumerable<Section> Sections(TopicMaterial material);
}

/// <summary>One kind of chart.</summary>
public interface IChart
{
    /// <summary>The name under which a section asks for it.</summary>
    string Name { get; }

    /// <summary>Lays the chart out.</summary>
    ChartDrawing Draw(RunAnalysis run, ChartStyle style);
}

/// <summary>What a topic's sections are made from.</summary>
/// <param name="Run">What is known.</param>
/// <param name="Drawn">The charts that were drawn, by name.</param>
public sealed record TopicMaterial(RunAnalysis Run, ILookup<string, Picture> Drawn)
{
    /// <summary>Every finding of the run with its words.</summary>
    public IReadOnlyList<(Finding Finding, Statement Statement)> Found { get; init; } = [];

    /// <summary>The statements of a topic that are chosen, folded: they are exact and long.</summary>
    /// <param name="topic">Its name.</param>
    /// <param name="isChosen">Which of its findings.</param>
    public IEnumerable<Block> InFull(string topic, Func<Finding, bool>? isChosen = null)
    {
        string[] items =
        [
            .. Found.Where(f => f.Finding.Topic == topic && isChosen?.Invoke(f.Finding) != false).Select(f => f.Finding.Restrictions.Count == 0
                ? f.Statement.Text
                : $"{f.Statement.Text} Limited: {string.Join(", ", f.Finding.Restrictions.Select(r => r.Code))}."),
        ];
        return items.Length == 0 ? [] : [new Fold(items.Length == 1 ? "The finding in full" : $"The {items.Length} findings in full", [new Bullets(items)])];
    }

    /// <param name="charts">Names of charts, in their order.</param>
    public IEnumerable<Block> Pictures(params IEnumerable<string> charts) => charts.SelectMany(c => Drawn[c]);
}
