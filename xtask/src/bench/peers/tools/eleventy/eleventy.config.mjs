import note from "./note.mjs";

const SIZE = 50;

// A list for each page of the archive of all posts, of a tag, of a category.
const lists = (posts) => {
  const archives = new Map([["/", { title: "Weather", posts }]]);
  const add = (address, title, post) => {
    if (!archives.has(address)) archives.set(address, { title, posts: [] });
    archives.get(address).posts.push(post);
  };
  for (const post of posts) {
    for (const tag of post.data.topics) add(`/tag/${tag.replaceAll(" ", "-")}/`, tag, post);
    add(`/category/${post.data.category}/`, post.data.category, post);
  }
  const pages = [];
  for (const [address, { title, posts }] of archives) {
    const count = Math.ceil(posts.length / SIZE);
    const href = (number) => (number === 0 ? address : `${address}page/${number + 1}/`);
    for (let number = 0; number < count; number++) {
      pages.push({
        title,
        href: href(number),
        posts: posts.slice(number * SIZE, (number + 1) * SIZE),
        newer: number > 0 ? href(number - 1) : undefined,
        older: number + 1 < count ? href(number + 1) : undefined,
      });
    }
  }
  return pages;
};

export default (config) => {
  const posts = (api) => api.getFilteredByGlob("src/posts/**/*.md").sort((a, b) => b.date - a.date);
  config.addShortcode("note", note);
  config.addFilter("day", (date) => date.toISOString().slice(0, 10));
  config.addCollection("posts", posts);
  config.addCollection("lists", (api) => lists(posts(api)));
  return { dir: { input: "src", output: "_site" }, markdownTemplateEngine: "njk" };
};
