using ReuseBench.Bench.Experiments.Measuring;
using ReuseBench.Reports;

namespace ReuseBench.Bench.Runs;

/// <summary>The repeats of a plan in the words of the tables at its end.</summary>
internal sealed class RepeatLabels
{
    /// <summary>Of no plan: cells have their ids.</summary>
    public static readonly RepeatLabels None = new(new Dictionary<string, string>());

    private readonly IReadOnlyDictionary<string, string> _byId;

    private RepeatLabels(IReadOnlyDictionary<string, string> byId) => _byId = byId;

    public static RepeatLabels Of(RunPlan plan) => new(CellLabels.Of(plan.Repeats.Select(r => r.Cell)));

    /// <summary>A text that begins with the id of a cell and a colon, with the label in its place; any other as it is.</summary>
    public string InWords(string text) => text.Split(": ", 2) is [var id, var rest] && _byId.TryGetValue(id, out string? label) ? $"{label}: {rest}" : text;

    /// <summary>Such as <c>throughput: reuseport, 2 workers; connect, closed loop, 64 connections #3</c>.</summary>
    public string Of(PlannedRepeat planned) => $"{_byId.GetValueOrDefault(planned.Cell.Id) ?? planned.Cell.Id} #{planned.Repeat}";
}
