using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Tables;

namespace ReuseBench.Reports.Sections;

/// <summary>What tables say of a cell beside its figures.</summary>
internal static class CellWords
{
    /// <summary>Such as <c>3</c>, or <c>2 of 3</c> where one may not be believed.</summary>
    public static string Repeats(MeasuredCell cell, Figures touches)
    {
        int believed = cell.Repeats.Count(r => r.IsBelieved(touches));
        return believed == cell.Repeats.Count ? $"{believed}" : $"{believed} of {cell.Repeats.Count}";
    }

    /// <summary>Such as <c>ok</c>, or <c>limited: too-few-cpus (3 of 3)</c>.</summary>
    public static string Verdict(MeasuredCell cell)
    {
        Grade worst = cell.Repeats.Max(r => r.Grade);
        if (worst == Grade.Ok)
        {
            return "ok";
        }

        IEnumerable<string> reasons = cell.Repeats.SelectMany(r => r.Verdict.Reasons.Where(x => (x.Touches & r.About) != 0).DistinctBy(x => x.Code)).GroupBy(r => r.Code)
            .OrderByDescending(g => g.First().Grade).ThenBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => $"{g.Key} ({g.Count()} of {cell.Repeats.Count})");
        return $"{Core.Units.Names.Of(worst)}: {string.Join(", ", reasons)}";
    }

    public static string Cpus(string list) => list.Length == 0 ? "not pinned" : list;
}
