namespace ReuseBench.Linux.Tests;

public sealed class ErrnoTests
{
    [Fact]
    public void An_errno_has_name_and_text()
    {
        Errno errno = Errno.FromResult(-ErrnoCode.ECONNREFUSED);
        Assert.Equal(new Errno(111), errno);
        Assert.Equal("ECONNREFUSED", errno.Name);
        Assert.Equal("Connection refused", errno.Text);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(41)] // a hole in the table
    [InlineData(4711)]
    [InlineData(-1)]
    public void A_number_without_a_name_is_shown_as_it_is(int code) => Assert.Equal(code.ToString(), new Errno(code).Name);

    [Fact]
    public void A_good_result_passes_through() => Assert.Equal(5, LinuxException.ThrowIfError(5, "socket", "x"));

    [Fact]
    public void A_hint_of_the_caller_goes_before_the_usual_one()
    {
        LinuxException error = new("bind", "x:1", new Errno(ErrnoCode.EADDRINUSE), "choose another --port");
        Assert.Equal("bind x:1: EADDRINUSE (Address already in use); choose another --port", error.Message);
    }
}
