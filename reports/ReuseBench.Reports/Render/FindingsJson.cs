using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ReuseBench.Core.Units;
using ReuseBench.Reports.Findings;

namespace ReuseBench.Reports.Render;

/// <summary>Every finding of a run as data: <c>findings.json</c>. Keys are stable; one that is added does not change the version.</summary>
internal static class FindingsJson
{
    private const int SchemaVersion = 1;

    /// <summary>A file of its own, never part of a page: "µs" and "–" stand as they are.</summary>
    private static readonly FindingsContext Readable =
        new(new JsonSerializerOptions(FindingsContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static string Write(string runId, IEnumerable<Finding> findings) => JsonSerializer.Serialize(
        new FindingsDocument(SchemaVersion, runId, [.. findings.Select(Entry)]), Readable.FindingsDocument) + "\n";

    private static FindingEntry Entry(Finding f) => new(
        f.Topic,
        f.Kind,
        f.Conditions.Length == 0 ? null : f.Conditions,
        [.. f.Cells.Where(c => c.Length > 0)],
        f.Metric,
        f.Claim,
        [.. f.Estimates.Select(Estimate)],
        f.Test,
        Bounded(f.Effect),
        Bounded(f.NullControl),
        f.RepeatsNeeded,
        [.. f.Restrictions.Select(r => r.Code)]);

    private static EstimateEntry Estimate(FindingEstimate e) => new(
        e.CellId.Length == 0 ? null : e.CellId, e.Label, Finite(e.Value), Finite(e.Low), Finite(e.High), e.Interval, e.Unit, e.Bound, e.Repeats,
            e.Invalid,
        Names.Of(e.Grade), Finite(e.Expected), e.Standing, Finite(e.RatioToBest), Finite(e.RatioLow), Finite(e.RatioHigh), e.WhyNotRanked, e.WhyNone,
        e.WhyUnpublished, e.Modes);

    private static FindingEffect? Bounded(FindingEffect? effect) =>
        effect is null ? null : effect with { Low = Finite(effect.Low), High = Finite(effect.High) };

    /// <summary>JSON has no other numbers.</summary>
    private static double? Finite(double? value) => value is double number && double.IsFinite(number) ? number : null;
}

internal sealed record FindingsDocument(int SchemaVersion, string RunId, FindingEntry[] Findings);

internal sealed record FindingEntry(
    string Topic, string Kind, string? Conditions, string[] Cells, string Metric, string Claim, EstimateEntry[] Estimates, FindingTest? Test,
        FindingEffect? Effect, FindingEffect? NullControl, int? RepeatsNeeded, string[] Restrictions);

internal sealed record EstimateEntry(
    string? CellId, string Label, double? Value, double? Low, double? High, string? Interval, string Unit, string? Bound, int Repeats, int Invalid,
        string Grade, double? Expected,
    string? Standing, double? RatioToBest, double? RatioLow, double? RatioHigh, string? WhyNotRanked, string? WhyNone, string? WhyUnpublished,
    IReadOnlyList<FindingMode>? Modes);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, WriteIndented = true)]
[JsonSerializable(typeof(FindingsDocument))]
internal sealed partial class FindingsContext : JsonSerializerContext;
