using System.Globalization;
using System.Text;
using System.Xml;
using ReuseBench.Reports.Analysis;

namespace ReuseBench.Reports.Render;

/// <summary>What a run was held to, one line.</summary>
/// <param name="Name">What must hold, as the user gave it: <c>expect gap_ms &lt; 50</c>, <c>fail-on invalid</c>.</param>
/// <param name="Standing">How it stands.</param>
/// <param name="Sentence">What was measured, and of which cells.</param>
public sealed record ThresholdCase(string Name, ExpectationStanding Standing, string Sentence);

/// <summary>
/// Thresholds as JUnit XML, which CI servers show as tests: a test case each, a failure with its sentence, skipped where it could not be told. Valid by the
/// schema of Ant's JUnit task, which the servers agree on.
/// </summary>
public static class JunitXml
{
    private const string Unknown = "1970-01-01T00:00:00";

    /// <param name="suite">Name of the run.</param>
    /// <param name="startedUtc">As in <c>run.json</c>; null where it is not known.</param>
    /// <param name="seconds">Wall time of the run.</param>
    /// <param name="cases">In the order in which they are shown; none is a suite without tests.</param>
    public static string Write(string suite, string? startedUtc, double seconds, IReadOnlyList<ThresholdCase> cases)
    {
        StringBuilder text = new();
        using (XmlWriter xml = XmlWriter.Create(new Utf8Writer(text), new XmlWriterSettings { Indent = true, NewLineChars = "\n" }))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteStartElement("testsuite");
            Attribute(xml, "id", "0");
            Attribute(xml, "package", "reusebench");
            Attribute(xml, "name", suite);
            Attribute(xml, "timestamp", Timestamp(startedUtc));
            Attribute(xml, "hostname", "localhost");
            Attribute(xml, "tests", Number(cases.Count));
            Attribute(xml, "failures", Number(cases.Count(c => c.Standing == ExpectationStanding.Fail)));
            Attribute(xml, "errors", "0");
            Attribute(xml, "skipped", Number(cases.Count(c => c.Standing == ExpectationStanding.Undecided)));
            Attribute(xml, "time", Number(seconds));
            xml.WriteElementString("properties", "");
            foreach (ThresholdCase one in cases)
            {
                Case(xml, suite, one);
            }

            xml.WriteElementString("system-out", "");
            xml.WriteElementString("system-err", "");
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        return text.Append('\n').ToString();
    }

    private static void Case(XmlWriter xml, string suite, ThresholdCase one)
    {
        xml.WriteStartElement("testcase");
        Attribute(xml, "classname", $"reusebench.{suite}");
        Attribute(xml, "name", one.Name);
        Attribute(xml, "time", "0");
        if (one.Standing == ExpectationStanding.Fail)
        {
            xml.WriteStartElement("failure");
            Attribute(xml, "type", "threshold");
            Attribute(xml, "message", one.Sentence);
            xml.WriteString(Sayable(one.Sentence));
            xml.WriteEndElement();
        }
        else if (one.Standing == ExpectationStanding.Undecided)
        {
            xml.WriteStartElement("skipped");
            Attribute(xml, "message", one.Sentence);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void Attribute(XmlWriter xml, string name, string text) => xml.WriteAttributeString(name, Sayable(text));

    /// <summary>A text of one line whose characters XML 1.0 has at all: it knows no control characters, however they are escaped.</summary>
    private static string Sayable(string text)
    {
        StringBuilder said = new(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
            {
                said.Append(text, i, 2);
                i++;
            }
            else
            {
                said.Append(char.IsControl(text[i]) || !XmlConvert.IsXmlChar(text[i]) ? '?' : text[i]);
            }
        }

        return said.ToString();
    }

    private static string Timestamp(string? startedUtc) =>
        DateTime.TryParse(startedUtc, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out DateTime time)
            ? time.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture)
            : Unknown;

    private static string Number(double value) => (double.IsFinite(value) && value >= 0 ? value : 0).ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>A writer of text says UTF-16, and the file is UTF-8.</summary>
    private sealed class Utf8Writer(StringBuilder text) : StringWriter(text, CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
    }
}
