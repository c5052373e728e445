using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Document;
using ReuseBench.Reports.Findings;

namespace ReuseBench.Reports.Sections;

/// <summary>The findings by topic, with what restricts them in words.</summary>
public sealed class FindingsSection : ISection
{
    public string Title => "Findings";

    public IEnumerable<Block> Build(ReportMaterial material)
    {
        if (material.Findings.Count == 0)
        {
            yield return new Paragraph("None: the run holds nothing that a statement could be made from. \"Left out\" says why.");
        }

        foreach (IGrouping<string, Finding> topic in material.Findings.GroupBy(f => f.Topic))
        {
            yield return new Subheading(topic.Key);
            foreach (Block block in Blocks(topic))
            {
                yield return block;
            }
        }

        foreach (Block block in Restrictions(material))
        {
            yield return block;
        }
    }

    /// <summary>Findings without figures of their own share a list; the others each stand above their table.</summary>
    private static IEnumerable<Block> Blocks(IEnumerable<Finding> topic)
    {
        List<string> items = [];
        foreach (Finding finding in topic)
        {
            items.Add(finding.MarkedText);
            if (finding.Figures is Table figures)
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

    private static IEnumerable<Block> Restrictions(ReportMaterial material)
    {
        VerdictRule[] restrictions = [.. material.Findings.SelectMany(f => f.Restrictions).DistinctBy(r => r.Code).OrderBy(r => r.Code, StringComparer.Ordinal)];
        if (restrictions.Length > 0)
        {
            yield return new Subheading("What restricts these findings");
            yield return new Bullets([.. restrictions.Select(r => $"{r.Code}: {r.Meaning}")]);
        }
    }
}
