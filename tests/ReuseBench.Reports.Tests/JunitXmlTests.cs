using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;
using ReuseBench.Reports.Analysis;
using ReuseBench.Reports.Render;

namespace ReuseBench.Reports.Tests;

public sealed class JunitXmlTests
{
    /// <summary>What Ant's JUnit task writes, as far as CI servers ask for it: order of elements, attributes and their types.</summary>
    private const string Schema = """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified">
          <xs:simpleType name="nonempty"><xs:restriction base="xs:token"><xs:minLength value="1"/></xs:restriction></xs:simpleType>
          <xs:simpleType name="seconds"><xs:restriction base="xs:decimal"/></xs:simpleType>
          <xs:simpleType name="time">
            <xs:restriction base="xs:dateTime"><xs:pattern value="[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}"/></xs:restriction>
          </xs:simpleType>
          <xs:complexType name="said">
            <xs:simpleContent>
              <xs:extension base="xs:string">
                <xs:attribute name="message" type="xs:string"/>
                <xs:attribute name="type" type="xs:string" use="required"/>
              </xs:extension>
            </xs:simpleContent>
          </xs:complexType>
          <xs:element name="testsuites">
            <xs:complexType><xs:sequence><xs:element name="testsuite" minOccurs="0" maxOccurs="unbounded">
              <xs:complexType>
                <xs:sequence>
                  <xs:element name="properties"><xs:complexType/></xs:element>
                  <xs:element name="testcase" minOccurs="0" maxOccurs="unbounded">
                    <xs:complexType>
                      <xs:choice minOccurs="0">
                        <xs:element name="skipped"><xs:complexType><xs:attribute name="message" type="xs:string"/></xs:complexType></xs:element>
                        <xs:element name="error" type="said"/>
                        <xs:element name="failure" type="said"/>
                      </xs:choice>
                      <xs:attribute name="name" type="nonempty" use="required"/>
                      <xs:attribute name="classname" type="nonempty" use="required"/>
                      <xs:attribute name="time" type="seconds" use="required"/>
                    </xs:complexType>
                  </xs:element>
                  <xs:element name="system-out" type="xs:string"/>
                  <xs:element name="system-err" type="xs:string"/>
                </xs:sequence>
                <xs:attribute name="id" type="xs:int" use="required"/>
                <xs:attribute name="package" type="nonempty" use="required"/>
                <xs:attribute name="name" type="nonempty" use="required"/>
                <xs:attribute name="timestamp" type="time" use="required"/>
                <xs:attribute name="hostname" type="nonempty" use="required"/>
                <xs:attribute name="tests" type="xs:int" use="required"/>
                <xs:attribute name="failures" type="xs:int" use="required"/>
                <xs:attribute name="errors" type="xs:int" use="required"/>
                <xs:attribute name="skipped" type="xs:int"/>
                <xs:attribute name="time" type="seconds" use="required"/>
              </xs:complexType>
            </xs:element></xs:sequence></xs:complexType>
          </xs:element>
        </xs:schema>
        """;

    [Fact]
    public void Each_threshold_is_a_test_case_as_it_stands()
    {
        XElement suite = Valid(JunitXml.Write("20260101-120000-smoke", "2026-01-01T12:00:00Z", 61.5,
        [
            new ThresholdCase("expect gap_ms < 50", ExpectationStanding.Pass, "✓ expect gap_ms < 50: pass"),
            new ThresholdCase("expect errors == 0", ExpectationStanding.Fail, "✗ expect errors == 0: fail, 1 of 3 cells: single & <shared> 2"),
            new ThresholdCase("fail-on invalid", ExpectationStanding.Undecided, "fail-on invalid: nothing was measured"),
        ]));

        Assert.Equal(("3", "1", "1"), ((string?)suite.Attribute("tests"), (string?)suite.Attribute("failures"), (string?)suite.Attribute("skipped")));
        Assert.Equal("2026-01-01T12:00:00", (string?)suite.Attribute("timestamp"));
        Assert.Equal("61.5", (string?)suite.Attribute("time"));
        XElement[] cases = [.. suite.Elements("testcase")];
        Assert.Equal(["expect gap_ms < 50", "expect errors == 0", "fail-on invalid"], cases.Select(c => (string?)c.Attribute("name")));
        Assert.Empty(cases[0].Elements());
        Assert.Equal("✗ expect errors == 0: fail, 1 of 3 cells: single & <shared> 2", cases[1].Element("failure")!.Value);
        Assert.Equal("fail-on invalid: nothing was measured", (string?)cases[2].Element("skipped")!.Attribute("message"));
    }

    [Theory]
    [InlineData("\u0000\u0007\u001b[31m", "?" + "?" + "?[31m")]
    [InlineData("a\r\nb\tc", "a??b?c")]
    [InlineData("]]><x/>", "]]><x/>")]
    [InlineData("\ufffe", "?")]
    [InlineData("\ud83d\ude00", "\ud83d\ude00")]
    public void A_character_that_XML_has_not_is_shown_as_a_question_mark(string text, string shown)
    {
        XElement suite = Valid(JunitXml.Write("s" + text, null, double.NaN, [new ThresholdCase("n" + text, ExpectationStanding.Fail, text)]));
        Assert.Equal(shown, suite.Element("testcase")!.Element("failure")!.Value);
        Assert.Equal("1970-01-01T00:00:00", (string?)suite.Attribute("timestamp"));
        Assert.Equal("0", (string?)suite.Attribute("time"));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_one_too() =>
        Assert.Equal("?", Valid(JunitXml.Write("s", null, 0, [new ThresholdCase("n", ExpectationStanding.Fail, $"{(char)0xd800}")])).Value.Trim());

    [Fact]
    public void Without_thresholds_it_is_a_suite_without_tests() => Assert.Empty(Valid(JunitXml.Write("run", "x", 1, [])).Elements("testcase"));

    private static XElement Valid(string xml)
    {
        XmlSchemaSet schemas = new();
        schemas.Add("", XmlReader.Create(new StringReader(Schema)));
        XDocument document = XDocument.Parse(xml);
        document.Validate(schemas, (_, problem) => throw new XmlSchemaException(problem.Message));
        Assert.StartsWith("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n", xml, StringComparison.Ordinal);
        return document.Root!.Element("testsuite")!;
    }
}
