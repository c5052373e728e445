using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;

namespace ReuseBench.Reports.Frame;

/// <summary>The findings under their headings, with what restricts them in words.</summary>
internal static class FindingsSection
{
    public static Section Of(IReadOnlyList<(Finding Finding, Statement Statement)> found) => new("Findings", [.. Blocks(found)]);

    private static IEnumerable<Block> Blocks(IReadOnlyList<(Finding Finding, Statement Statement)> found)
    {
        if (found.Count == 0)
        {
            yield return new Paragraph("None: the run holds nothing that a statement could be made from. \"Left out\" says why.");
        }

        foreach (IGrouping<string, (Finding Finding, Statement Statement)> heading in found.GroupBy(f => f.Statement.Heading))
        {
            yield return new Subheading(heading.Key);
            foreach (Block block in Statements(heading))
            {
                yield return block;
            }
        }

        VerdictRule[] restrictions = [.. found.SelectMany(f => f.Finding.Restrictions).DistinctBy(r => r.Code)
            .OrderBy(r => r.Code, StringComparer.Ordinal)];
        if (restrictions.Length > 0)
        {
            yield return new Subheading("What restricts these findings");
            yield return new Bullets([.. restrictions.Select(r => $"{r.Code}: {r.Text}")]);
        }
    }

    /// <summary>Statements without figures of their own share a list; the others each stand above their table.</summary>
    private static IEnumerable<Block> Statements(IEnumerable<(Finding Finding, Statement Statement)> under)
    {
        List<string> items = [];
        foreach ((Finding finding, Statement statement) in under)
        {
            items.Add(Marked(finding, statement));
            if (statement.Figures is Table figures)
            {
                yield return new Bullets([.. items]);
                yield return figures;
                items.Clear();
            }
        }

        if (items.Count > 0)
        {
            yield return new Bullets([.. items]);
        }
    }

    /// <summary>With the codes of what restricts it.</summary>
    private static string Marked(Finding finding, Statement statement) => finding.Restrictions.Count == 0
        ? statement.Text
        : $"{statement.Text} Limited: {string.Join(", ", finding.Restrictions.Select(r => r.Code))}.";
}
