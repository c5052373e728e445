using System.Diagnostics.CodeAnalysis;

namespace ReuseBench.Reports.Document;

/// <summary>One piece of a section; HTML and Markdown are written from the same pieces. All text in them is plain, never markup.</summary>
public abstract record Block;

public sealed record Paragraph(string Text) : Block;

/// <summary>A heading within a section.</summary>
public sealed record Subheading(string Text) : Block;

public sealed record Bullets(IReadOnlyList<string> Items) : Block;

/// <summary>A table; <paramref name="Caption"/> says what it shows and where it is from.</summary>
public sealed record Table(string Caption, IReadOnlyList<string> Header, IReadOnlyList<IReadOnlyList<string>> Rows) : Block;

/// <summary>A chart that was drawn.</summary>
/// <param name="Title">The title, which is also what is said to those who cannot see it.</param>
/// <param name="Svg">Path of the SVG, relative to the run folder, with forward slashes.</param>
/// <param name="Png">Path of the PNG.</param>
/// <param name="SvgText">The SVG itself.</param>
/// <param name="Notes">How to read it, and what restricts it.</param>
public sealed record Picture(string Title, string Svg, string Png, string SvgText, IReadOnlyList<string> Notes) : Block;

/// <summary>A section of the report.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Blocks">None leaves the section out.</param>
public sealed record Section(string Title, IReadOnlyList<Block> Blocks);

/// <summary>The whole report, before it is written in either format.</summary>
[SuppressMessage("Naming", "CA1724", Justification = "The word for it; the namespace holds its parts.")]
public sealed record ReportDocument(string Title, string Subtitle, IReadOnlyList<Section> Sections);

/// <summary>A finding in words.</summary>
/// <param name="Heading">Statements under one heading stand together.</param>
/// <param name="Text">One or a few sentences.</param>
public sealed record Statement(string Heading, string Text)
{
    /// <summary>What the terminal says of it: who is ahead and by how much; null for the whole text.</summary>
    public string? Lead { get; init; }

    /// <summary>The figures that the text is about, where they are more than a sentence holds; null for none.</summary>
    public Table? Figures { get; init; }
}
