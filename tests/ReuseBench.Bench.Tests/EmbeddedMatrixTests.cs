using ReuseBench.Bench.Matrices;
using ReuseBench.Core;

namespace ReuseBench.Bench.Tests;

/// <summary>The matrices are part of the program: there is no folder beside one that is published as a single file.</summary>
public sealed class EmbeddedMatrixTests
{
    [Fact]
    public void Every_matrix_of_the_tree_is_in_the_program_as_it_is_written()
    {
        string[] files = Directory.GetFiles(RepositoryRoot.Of("scripts", "matrices"), "*.yaml");
        Assert.Equal(files.Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal), MatrixLocator.BuiltIn());
        Assert.All(files, file =>
        {
            using TextReader? text = MatrixLocator.OpenBuiltIn(MatrixLocator.Find(Path.GetFileNameWithoutExtension(file)));
            Assert.Equal(File.ReadAllText(file), text?.ReadToEnd());
        });
    }

    [Fact]
    public void No_folder_of_them_lies_beside_the_program() => Assert.False(Directory.Exists(Path.Combine(AppContext.BaseDirectory, "matrices")));

    [Theory]
    [InlineData("smok")]
    [InlineData("smoke.txt")]
    [InlineData("SMOKE")]
    [InlineData("natives")]
    public void A_name_that_is_none_is_refused(string name)
    {
        Assert.Throws<UsageException>(() => MatrixLocator.Find(name));
        Assert.Null(MatrixLocator.OpenBuiltIn(name));
    }
}
