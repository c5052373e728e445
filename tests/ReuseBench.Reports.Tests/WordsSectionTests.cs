using ReuseBench.Reports.Document;
using ReuseBench.Reports.Frame;

namespace ReuseBench.Reports.Tests;

/// <summary>A report is read by people who have nothing else: what its terms mean stands in it.</summary>
public sealed class WordsSectionTests
{
    [Fact]
    public void The_terms_that_a_report_uses_are_explained_and_no_others()
    {
        Section words = WordsSection.Of([
            new Paragraph("30 % of capacity, 1000 probes/s"),
            new Fold("More", [new Bullets(["with migrate_req 1"]), new Table("The swarms.", ["p99"], [["1 ms"]])]),
        ]);

        Fold fold = Assert.Single(words.Blocks.OfType<Fold>());
        string[] terms = [.. Assert.IsType<Bullets>(Assert.Single(fold.Blocks)).Items.Select(i => i.Split(": ")[0])];
        Assert.Equal(["Capacity", "p50, p99, p99.9", "Probe", "Swarm", "tcp_migrate_req (migrate_req)"], terms);
        Assert.Equal("5 terms", fold.Summary);
    }

    [Fact]
    public void A_meaning_is_plain_text_without_a_link_that_leads_out_of_the_report()
    {
        string item = Assert.Single(
            Assert.IsType<Bullets>(Assert.Single(WordsSection.Of([new Paragraph("which selector")]).Blocks.OfType<Fold>()).Blocks[0]).Items);
        Assert.Equal("Selector: Who picks the listener of a SO_REUSEPORT group: the kernel's hash, or a BPF program.", item);
    }

    [Theory]
    [InlineData("no words of this", "cell", false)]
    [InlineData("cells", "cell", true)]
    [InlineData("Cell.", "cell", true)]
    [InlineData("cellar, excellent", "cell", false)]
    [InlineData("many processes", "process", true)]
    [InlineData("max/mean", "max/mean", true)]
    public void A_term_is_found_as_a_word_of_its_own_and_in_the_plural(string text, string name, bool occurs) =>
        Assert.Equal(occurs, WordsSection.Occurs(text, name));

    [Theory]
    [InlineData("capacity")]
    [InlineData("swarm")]
    [InlineData("probe")]
    [InlineData("migrate_req")]
    [InlineData("tuple")]
    [InlineData("in-flight")]
    [InlineData("imbalance")]
    public void Words_that_first_readers_stumbled_over_are_in_the_glossary(string word) =>
        Assert.NotEmpty(WordsSection.Of([new Paragraph($"What is {word}?")]).Blocks);
}
