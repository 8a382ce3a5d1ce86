/** Words of `random_pet`. Our own choice: the real provider's lists are longer, its names look the same. */
const list = (text: string): readonly string[] => text.trim().split(/\s+/);

export const ADVERBS = list(`
  boldly briefly brightly calmly carefully clearly closely curiously daily duly eagerly early easily evenly fairly finely firmly fondly
  freely freshly fully gently gladly gratefully greatly happily hardly honestly justly kindly largely lightly lively loyally luckily
  mainly merely mildly mostly nearly neatly newly nicely openly partly plainly promptly properly quickly quietly rarely readily really
  richly safely sharply simply smoothly softly solely steadily strongly surely sweetly swiftly thinly truly usually vastly warmly wholly
  widely willingly wisely`);

export const ADJECTIVES = list(`
  able agile alert amber apt azure blessed bold brave bright brisk calm careful caring casual civil clean clear clever cool cosmic
  crisp curious daring dashing direct divine driven eager easy elegant even fair faithful famous fast fine firm fit fleet fluent fond
  free fresh gentle genuine glad golden good grand great handy happy hardy helpful honest humble ideal immense intense jolly just keen
  kind known large lasting light liked lively logical loved loyal lucky magical main major merry mighty mint modest moral mutual native
  neat new nice noble normal novel open patient peaceful perfect pleased polite prime probable proper proud quick quiet rapid rare
  ready regular relaxed rich robust sacred safe sharp shining simple sincere skilled smart smooth social solid sound square stable
  steady still strong sturdy subtle sunny super supreme sure sweet swift tender thorough tidy tops true trusty upright valid vast vital
  warm welcome whole wise witty worthy`);

export const NAMES = list(`
  alpaca ant antelope badger basilisk bass bat bear beagle bee beetle bison boar bobcat bonefish buck buffalo bulldog burro camel
  caribou cat catfish cheetah chimp chipmunk cicada clam cobra cod collie condor coral cougar cow coyote crab crane crappie cricket
  crow deer dingo dodo dog dolphin donkey dory dove dragon drake drum duck eagle eel egret elephant elf elk emu ewe falcon fawn feline
  ferret finch fish flamingo flea fly foal fowl fox frog gannet gar gazelle gecko gelding ghost gibbon giraffe gnat gnu goat goblin
  goldfish goose gopher gorilla grackle griffon grizzly grouse grouper grub guinea gull guppy haddock hagfish halibut hamster hare
  hawk hedgehog heron herring hippo hog honeybee hornet horse hound husky hyena ibex iguana imp impala insect jackal jackass jaguar
  jawfish jay jennet joey kangaroo katydid kid killdeer kite kitten kiwi koala kodiak koi krill lab lacewing ladybird ladybug lamb
  lamprey lark lemming lemur leopard liger lion lionfish lizard llama lobster locust longhorn loon louse lynx macaw mackerel maggot`);
