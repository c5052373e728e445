using ReuseBench.Micro;

namespace ReuseBench.MicroTests;

public sealed class RoundFiguresTests
{
    [Fact]
    public void The_interval_is_that_of_the_rounds_and_not_of_their_iterations()
    {
        // Within a round all iterations agree; between the two rounds lies the machine's mood. Student's t for two rounds is 12.706, their standard error 1.
        RoundFigures figures = new([[10, 10, 10], [12, 12, 12]]);
        Assert.Equal(11, figures.Mean, 1e-9);
        Assert.Equal(12.7062, figures.Error!.Value, 1e-3);
    }

    [Fact]
    public void Rounds_that_agree_leave_no_doubt_however_their_iterations_scatter() =>
        Assert.Equal(0, new RoundFigures([[10, 20], [20, 10]]).Error!.Value, 1e-9);

    [Fact]
    public void One_round_has_no_interval() => Assert.Null(new RoundFigures([[10, 12, 11]]).Error);

    [Fact]
    public void No_iteration_is_left_out()
    {
        RoundFigures figures = new([[10, 10], [10, 1000]]);
        Assert.Equal((4, 10, 1000, 10), (figures.Iterations, figures.Min, figures.Max, figures.Median));
        Assert.Equal(257.5, figures.Mean, 1e-9);
    }
}
