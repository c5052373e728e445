using ReuseBench.Reports.Document;

namespace ReuseBench.Reports.Sections;

/// <summary>One section of the report. A new one is a class of its own and a line in <see cref="SectionRegistry"/>.</summary>
public interface ISection
{
    string Title { get; }

    /// <summary>The section's pieces; none leaves it out.</summary>
    IEnumerable<Block> Build(ReportMaterial material);
}
