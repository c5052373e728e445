using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Document;

namespace ReuseBench.Reports.Findings;

/// <summary>One statement of the report, in words and with its uncertainty.</summary>
/// <param name="Topic">What it is about; findings of one topic stand together.</param>
/// <param name="Text">One or a few sentences.</param>
/// <param name="Restrictions">What restricts the claim; it is put in words beside it.</param>
public sealed record Finding(string Topic, string Text, IReadOnlyList<VerdictRule> Restrictions)
{
    /// <summary>The figures that the text is about, where they are more than a sentence holds; null for none.</summary>
    public Table? Figures { get; init; }

    /// <summary>The text, with the codes of its restrictions.</summary>
    public string MarkedText => Restrictions.Count == 0 ? Text : $"{Text} Limited: {string.Join(", ", Restrictions.Select(r => r.Code))}.";
}
