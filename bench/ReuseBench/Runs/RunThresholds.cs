using ReuseBench.Bench.Matrices;
using ReuseBench.Core;
using ReuseBench.Core.Cells;
using ReuseBench.Core.Csv;
using ReuseBench.Core.Results;
using ReuseBench.Core.Units;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Data;
using ReuseBench.Reports.Render;
using ReuseBench.Reports.Topics.Expectations;

namespace ReuseBench.Bench.Runs;

/// <summary>Thresholds held against what a run is going to measure, before it does.</summary>
internal static class ExpectationChecks
{
    /// <exception cref="UsageException">No cell will have what one of them is about.</exception>
    public static void Require(IEnumerable<Expectation> expectations, Matrix matrix)
    {
        Cell[] cells = [.. matrix.Cells.Select(c => c.Cell)];
        Series[] series = [.. cells.Select(Series.Of).Distinct().Order()];
        foreach (Expectation expectation in expectations)
        {
            if (expectation.Metric?.Row == typeof(RestartRow) && !cells.Any(IsRestarted))
            {
                throw new UsageException(
                    $"expect: '{expectation.Text}': {expectation.Metric.Column} is of restarts, and {matrix.Name} restarts nothing; leave it out");
            }

            foreach (string name in new[] { expectation.Numerator, expectation.Denominator }.OfType<string>())
            {
                if (!series.Any(s => ExpectationResult.IsNamed(name, s)))
                {
                    string known = string.Join(", ", series.Select(s => s.Label.Replace(", ", "-", StringComparison.Ordinal)));
                    throw new UsageException($"expect: '{expectation.Text}': {matrix.Name} has no cell of '{TextFromOutside.Clip(name)}'; it has {known}");
                }
            }
        }
    }

    private static bool IsRestarted(Cell cell) => cell.Experiment == Experiment.Restart || cell.Server.Variant == Variant.Restart;
}

/// <summary>Whether a run that came to its end is what its user wants of it.</summary>
/// <param name="Lines">What is wrong, one line each.</param>
/// <param name="IsNothingValid">No repeat has what it was measured for.</param>
/// <param name="IsHit">A threshold is not met.</param>
/// <param name="IsUndecided">A threshold cannot be decided.</param>
internal sealed record RunThresholds(IReadOnlyList<string> Lines, bool IsNothingValid, bool IsHit, bool IsUndecided)
{
    /// <summary>Each expectation and each <c>--fail-on</c>, as it stands.</summary>
    public IReadOnlyList<ThresholdCase> Cases { get; init; } = [];

    /// <summary>The same of a run that did not come to its end: of half a run no threshold is held or missed.</summary>
    public RunThresholds WithoutEnd() => this with
    {
        Cases = [.. Cases.Select(c => c with { Standing = ExpectationStanding.Undecided, Sentence = $"{c.Name}: the run did not come to its end" })],
    };

    /// <param name="paths">The report, with the grades of the repeats.</param>
    /// <param name="failOn">The grade from which on a repeat is one too many; null for none.</param>
    public static RunThresholds Of(ReportPaths paths, Grade? failOn)
    {
        bool isNothingValid = paths.Repeats.Count > 0 && paths.Repeats.All(r => r.OfPurpose == Grade.Invalid);
        int failed = paths.Expectations.Count(e => e.Standing == ExpectationStanding.Fail);
        int undecided = paths.Expectations.Count(e => e.Standing == ExpectationStanding.Undecided);
        int tooMany = failOn is Grade grade ? paths.Repeats.Count(r => r.Verdict >= grade) : 0;
        string?[] lines =
        [
            isNothingValid ? $"nothing valid was measured: of {paths.Repeats.Count} repeats none has a valid figure of what it was measured for" : null,
            failed > 0 ? $"expect: {failed} of {paths.Expectations.Count} failed" : null,
            undecided > 0 ? $"expect: {undecided} of {paths.Expectations.Count} cannot be decided" : null,
            tooMany > 0 ? $"fail-on {Names.Of(failOn!.Value)}: {tooMany} of {paths.Repeats.Count} repeats" : null,
        ];
        return new RunThresholds([.. lines.OfType<string>()], isNothingValid, failed > 0 || tooMany > 0, undecided > 0)
        {
            Cases =
            [
                .. paths.Expectations.Select(CaseOf),
                .. failOn is Grade least ? [CaseOf(least, tooMany, paths.Repeats.Count)] : Array.Empty<ThresholdCase>(),
            ],
        };
    }

    private static ThresholdCase CaseOf(ExpectationResult result) =>
        new($"expect {result.Expectation.Text}", result.Standing, ExpectationTopic.Line(result));

    private static ThresholdCase CaseOf(Grade failOn, int tooMany, int repeats)
    {
        string name = $"fail-on {Names.Of(failOn)}";
        return new ThresholdCase(
            name,
            repeats == 0 ? ExpectationStanding.Undecided : tooMany > 0 ? ExpectationStanding.Fail : ExpectationStanding.Pass,
            repeats == 0 ? $"{name}: nothing was measured" : $"{name}: {tooMany} of {repeats} repeats");
    }
}
