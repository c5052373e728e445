using System.Diagnostics.CodeAnalysis;
using ReuseBench.Core.Verdicts;
using ReuseBench.Reports.Wording;

namespace ReuseBench.Reports.Document;

/// <summary>One piece of a section; HTML and Markdown are written from the same pieces. All text in them is plain, never markup.</summary>
public abstract record Block;

public sealed record Paragraph(string Text) : Block;

/// <summary>A heading within a section.</summary>
public sealed record Subheading(string Text) : Block;

public sealed record Bullets(IReadOnlyList<string> Items) : Block;

/// <summary>Text of a program, such as a command line; its lines and spaces stay as they are.</summary>
public sealed record Code(string Text) : Block;

/// <summary>A detail that is folded until the reader opens it; open in print.</summary>
/// <param name="Summary">What is in it, shown while it is folded.</param>
/// <param name="Blocks">The detail.</param>
public sealed record Fold(string Summary, IReadOnlyList<Block> Blocks) : Block;

/// <summary>What the first screen says.</summary>
/// <param name="Question">What was asked, one line.</param>
/// <param name="Results">The answers, one sentence each.</param>
/// <param name="Next">What to do now, one sentence each; may be empty.</param>
/// <param name="Tiles">Totals, such as those of the verdicts; may be empty.</param>
public sealed record Lead(string Question, IReadOnlyList<string> Results, IReadOnlyList<string> Next, IReadOnlyList<Tile> Tiles) : Block;

/// <summary>A total with its name.</summary>
/// <param name="Value">The number.</param>
/// <param name="Label">What it counts.</param>
public sealed record Tile(string Value, string Label)
{
    /// <summary>The grade that it counts: gives mark, colour and a link to the verdicts; null for none.</summary>
    public Grade? Grade { get; init; }
}

/// <summary>A column of a table.</summary>
/// <param name="Name">Its head, without the unit.</param>
public sealed record Column(string Name)
{
    /// <summary>Unit of all numbers in the column, shown in the head; null for none.</summary>
    public string? Unit { get; init; }

    /// <summary>Numbers are aligned right and sorted by value; null: if every entry reads as a number.</summary>
    public bool? IsNumber { get; init; }

    /// <summary>The head as it is shown.</summary>
    public string Head => Unit is null ? Name : $"{Name} ({Unit})";
}

/// <summary>One entry of a table.</summary>
/// <param name="Text">What is shown; may be empty where marks say all.</param>
public sealed record Entry(string Text)
{
    /// <summary>What the column is sorted by; null: by the number that the text begins with, else by the text.</summary>
    public double? Sort { get; init; }

    /// <summary>Verdicts on the entry. Beside a text a mark is its symbol alone; without a text it is symbol and code.</summary>
    public IReadOnlyList<VerdictMark> Marks { get; init; } = [];

    /// <summary>Where the text leads: a file by its path relative to the run folder with forward slashes, or "#id" of a section; null for nowhere.</summary>
    public string? Link { get; init; }

    public static implicit operator Entry(string text) => new(text);
}

/// <summary>A verdict as a mark: symbol, colour, code, the reason on hover and a link to the section of the verdicts.</summary>
/// <param name="Grade">Which symbol and colour.</param>
/// <param name="Code">Such as <c>background-load</c>; the name of the grade where it has no reason.</param>
/// <param name="Reason">What it means; may be empty.</param>
public sealed record VerdictMark(Grade Grade, string Code, string Reason)
{
    /// <summary>A mark of a grade, that is told apart without colour.</summary>
    public static string SymbolOf(Grade grade) => grade switch
    {
        Grade.Ok => "✓",
        Grade.Limited => "!",
        _ => "✗",
    };
}

/// <summary>A table.</summary>
/// <param name="Caption">What it shows and where it is from.</param>
/// <param name="Columns">At least one.</param>
/// <param name="Rows">Each with one entry a column; those missing at its end are empty.</param>
public sealed record Table(string Caption, IReadOnlyList<Column> Columns, IReadOnlyList<IReadOnlyList<Entry>> Rows) : Block
{
    /// <summary>A table of plain text.</summary>
    public Table(string caption, IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows)
        : this(caption, [.. header.Select(h => new Column(h))], [.. rows.Select(r => (IReadOnlyList<Entry>)[.. r.Select(t => new Entry(t))])])
    {
    }

    /// <summary>The heads of the columns.</summary>
    public IEnumerable<string> Header => Columns.Select(c => c.Head);

    /// <summary>Whether the column holds numbers: as it says, else if every entry reads as a number or as none and one is a number.</summary>
    public bool IsNumber(int column) => Columns[column].IsNumber ?? Numbers.All(Rows.Select((_, r) => At(r, column)));

    /// <summary>The entry there, an empty one where the row is shorter.</summary>
    public Entry At(int row, int column) => column < Rows[row].Count ? Rows[row][column] : Nothing;

    private static readonly Entry Nothing = new("");
}

/// <summary>A chart that was drawn.</summary>
/// <param name="Title">The title.</param>
/// <param name="Svg">Path of the SVG, relative to the run folder, with forward slashes.</param>
/// <param name="Png">Path of the PNG; empty where the picture stands in the page alone and neither is a file.</param>
/// <param name="SvgText">The SVG itself.</param>
/// <param name="Notes">How to read it, and what restricts it.</param>
public sealed record Picture(string Title, string Svg, string Png, string SvgText, IReadOnlyList<string> Notes) : Block
{
    /// <summary>What is said to those who cannot see it: the finding where there is one, else the title.</summary>
    public string AltText { get; init; } = Title;

    /// <summary>The marks of the chart, for values on hover; may be empty.</summary>
    public IReadOnlyList<PicturePoint> Points { get; init; } = [];
}

/// <summary>A mark of a chart and what it stands for.</summary>
/// <param name="Series">Name of its series, as in the legend.</param>
/// <param name="Label">Where it is on the axis, such as "4 workers" or "p99".</param>
/// <param name="X">Share of the picture's width from the left, 0 to 1.</param>
/// <param name="Y">Share of the picture's height from the top, 0 to 1.</param>
/// <param name="Value">The value with its unit and, where it has one, its interval.</param>
public sealed record PicturePoint(string Series, string Label, double X, double Y, string Value)
{
    /// <summary>The colour that it is drawn in, such as <c>#0072b2</c>; null where it is drawn by something else.</summary>
    public string? Color { get; init; }
}

/// <summary>A section of the report.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="Blocks">None leaves the section out.</param>
public sealed record Section(string Title, IReadOnlyList<Block> Blocks)
{
    /// <summary>Name of the section that verdict marks lead to.</summary>
    public const string VerdictsId = "verdicts";

    /// <summary>Its name in links, unique in the report: small letters, digits and hyphens.</summary>
    public string Id { get; init => field = Words.Slug(value); } = Words.Slug(Title);
}

/// <summary>The whole report, before it is written in either format.</summary>
[SuppressMessage("Naming", "CA1724", Justification = "The word for it; the namespace holds its parts.")]
public sealed record ReportDocument(string Title, string Subtitle, IReadOnlyList<Section> Sections)
{
    /// <summary>The first screen, above the contents; may be empty.</summary>
    public IReadOnlyList<Block> First { get; init; } = [];
}

/// <summary>A finding in words.</summary>
/// <param name="Heading">Statements under one heading stand together.</param>
/// <param name="Text">One or a few sentences.</param>
public sealed record Statement(string Heading, string Text)
{
    /// <summary>The figures that the text is about, where they are more than a sentence holds; null for none.</summary>
    public Table? Figures { get; init; }
}
